import type {EventEmitter} from 'node:events';
import {SyncError} from '../base/errors.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The first signal stops the run; with its listeners gone, the next one ends the process as the system does. */
export function stopAtSignal(emitter: EventEmitter, stop: AbortController): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const name of signals) emitter.removeListener(name, onSignal);
    stop.abort(new SyncError('cancelled', `the run was stopped by ${signal}`));
  };
  for (const name of signals) emitter.on(name, onSignal);
}
