import {SyncError} from '../base/errors.ts';
import type {Statement, StatementRow} from '../model/ports.ts';

/** How statements are sent. */
export type Sending = (statement: Statement, signal?: AbortSignal) => Promise<readonly StatementRow[]>;

export const isAbsent = (thrown: unknown): boolean => thrown instanceof SyncError && thrown.kind === 'absent';
