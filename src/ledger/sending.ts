import {rulings, SyncError} from '../base/errors.ts';
import type {Statement, StatementRow} from '../model/ports.ts';

/** How statements are sent. */
export type Sending = (statement: Statement, signal?: AbortSignal) => Promise<readonly StatementRow[]>;

export const isAbsent = (thrown: unknown): boolean => thrown instanceof SyncError && thrown.kind === 'absent';

/** Tries what not every engine offers, nor every account may: what is refused for good is done without. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || rulings[thrown.kind].verdict !== 'never') throw thrown;
  }
}
