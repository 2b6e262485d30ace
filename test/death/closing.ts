import {PassThrough, Readable} from 'node:stream';
import type {TestEvent} from 'node:test/reporters';
import {spec} from 'node:test/reporters';
import {sequels} from './points.ts';

const pointName = /^(killed before|killed after|answer lost after|.+ at) \d+: (?:.*; (.+))?/s;

/**
 * Node's own report, and behind it how many points were tried, what befell the runs there, which sequences of runs
 * followed, and how long all of it took.
 */
async function* closing(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const startedMs = performance.now();
  const [blows, followed] = [new Tally(), new Tally()];
  async function* counted(): AsyncGenerator<TestEvent> {
    for await (const event of events) {
      if (event.type === 'test:pass' || event.type === 'test:fail') {
        const [, blow, sequel] = pointName.exec(event.data.name) ?? [];
        if (blow !== undefined) blows.add(blow.replace(/ at$/, ''));
        if (blow !== undefined) followed.add(sequels.find(each => each === sequel) ?? 'the next run comes later');
      }
      yield event;
    }
  }
  const lines = Readable.from(counted()).compose(new spec()).pipe(new PassThrough());
  for await (const text of lines) yield String(text);
  yield `points tried: ${blows.total}\n`;
  yield `faults tried: ${blows}\n`;
  yield `sequences tried: ${followed}\n`;
  yield `seconds: ${Math.round((performance.now() - startedMs) / 1000)}\n`;
}

// A reporter's module has no other name for Node.
export {closing as default};

class Tally {
  readonly #times = new Map<string, number>();

  add(what: string): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#times.values()].reduce((sum, times) => sum + times, 0);
  }

  toString(): string {
    const most = [...this.#times].toSorted(([, one], [, other]) => other - one);
    return most.map(([what, times]) => `${what} ${times}`).join(', ');
  }
}
