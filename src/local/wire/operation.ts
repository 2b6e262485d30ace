import {systemClock} from '../../base/clock.ts';
import {asSqlError, type SqlError} from '../sql/sql-error.ts';
import type {Answer} from '../sql/work.ts';

/** How long ExecuteStatement waits before it answers that the statement still runs. */
const directWaitMs = 5000;

export type OperationState = 'running' | 'finished' | 'failed' | 'cancelled';

/** One statement that was sent, from its start until the client closes it. */
export class Operation {
  readonly guid: Buffer;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  state: OperationState = 'running';
  answer: Answer | undefined;
  error: SqlError | undefined;
  /** How many rows the client has taken. */
  taken = 0;

  constructor(guid: Buffer, run: (signal: AbortSignal) => Promise<Answer>) {
    this.guid = guid;
    this.#done = this.#run(run);
  }

  async #run(run: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
    try {
      this.answer = await run(this.#abort.signal);
      this.state = 'finished';
    } catch (thrown) {
      this.state = this.#abort.signal.aborted ? 'cancelled' : 'failed';
      this.error = asSqlError(thrown);
    }
  }

  /** Waits for the end, but not for long. A wait on the machine's clock: the handed-in one tells the time of day. */
  async settle(): Promise<void> {
    const patience = new AbortController();
    const timeout = systemClock.sleep(directWaitMs, patience.signal).catch(() => undefined);
    await Promise.race([this.#done, timeout]);
    patience.abort();
  }

  /** Stops the statement. One that has ended stays as it ended. */
  cancel(): void {
    this.#abort.abort();
  }
}
