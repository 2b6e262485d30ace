import assert from 'node:assert/strict';
import {SyncError} from '../../src/base/errors.ts';

/** What a reading of the configuration complains about: the lines after the first, without their indent. */
export function complaintsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError && thrown.kind === 'configuration');
    return thrown.message
      .split('\n')
      .slice(1)
      .map(line => line.trim());
  }
  return [];
}
