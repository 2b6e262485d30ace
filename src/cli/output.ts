import {writeJsonLine} from '../base/log.ts';
import {maskSecrets, type Secret} from '../base/secret.ts';
import type {Stream} from './outside.ts';

/**
 * One stream for people or programs to read. Secrets are masked in all that goes through. A reader who leaves, as
 * `head` does, is no failure: what comes after is dropped, and `onLeft` is told.
 */
export class Output {
  readonly #stream: Stream;
  readonly #secrets: ReadonlySet<Secret>;
  #isLeft = false;

  constructor(stream: Stream, {secrets, onLeft}: {secrets: ReadonlySet<Secret>; onLeft?: () => void}) {
    this.#stream = stream;
    this.#secrets = secrets;
    stream.on('error', () => {
      this.#isLeft = true;
      onLeft?.();
    });
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get isLeft(): boolean {
    return this.#isLeft;
  }

  line(text: string): void {
    this.#write(maskSecrets(text, this.#secrets));
  }

  json(fact: object): void {
    writeJsonLine(line => this.#write(line), fact, this.#secrets);
  }

  #write(line: string): void {
    if (!this.#isLeft) this.#stream.write(`${line}\n`);
  }
}
