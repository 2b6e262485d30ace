import assert from 'node:assert/strict';
import {EventEmitter} from 'node:events';
import test from 'node:test';
import {asSyncError} from '../../src/base/errors.ts';
import {stopAtSignal} from '../../src/cli/stop-signals.ts';

test('the first signal of either kind stops the run, and leaves the second to the system', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const process = new EventEmitter();
    const stop = new AbortController();
    stopAtSignal(process, stop);
    process.emit(signal, signal);
    assert.equal(asSyncError(stop.signal.reason).kind, 'cancelled');
    assert.match(asSyncError(stop.signal.reason).message, new RegExp(signal));
    assert.deepEqual(process.eventNames(), []);
  }
});
