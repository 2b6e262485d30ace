import type {EventEmitter} from 'node:events';
import path from 'node:path';
import type {TestEvent} from 'node:test/reporters';

/** What the tests told: how many there were, what they say of themselves, and the seconds of each file. */
export class Counts {
  tests = 0;
  failed = 0;
  readonly #said = new Map<string, number>();
  readonly #files: Array<readonly [file: string, seconds: number]> = [];

  /** Takes note of everything that a run of tests emits. */
  follow(events: EventEmitter): void {
    events.on('test:diagnostic', ({message}: DataOf<'test:diagnostic'>) => this.#hear(message));
    events.on('test:summary', ({file, counts, duration_ms: ms}: DataOf<'test:summary'>) => {
      if (file !== undefined) this.#files.push([path.basename(file, '.test.ts'), ms / 1000]);
      else [this.tests, this.failed] = [counts.tests, counts.tests - counts.passed - counts.skipped - counts.todo];
    });
  }

  /** `73 golden statements` and `4 sequences, seed 7` are added up over all tests. */
  #hear(message: string): void {
    const [, number, what] = /^(\d+) (golden statements|dashboard queries|sequences)\b/.exec(message) ?? [];
    if (what !== undefined) this.#said.set(what, this.of(what) + Number(number));
  }

  of(what: string): number {
    return this.#said.get(what) ?? 0;
  }

  /** The files with their seconds, the longest first; two run side by side. */
  get files(): string {
    const sorted = this.#files.toSorted(([, one], [, other]) => other - one);
    return sorted.map(([file, seconds]) => `${file} ${Math.round(seconds)} s`).join(', ');
  }
}

type DataOf<Type extends TestEvent['type']> = Extract<TestEvent, {readonly type: Type}>['data'];
