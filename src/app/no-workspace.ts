import {SyncError} from '../base/errors.ts';
import type {Workspace} from '../databricks/databricks.ts';

/**
 * What stands for a workspace on this machine whose folder is not there, for whoever only wants to look: it holds
 * nothing, and looking makes no folder.
 */
export function noWorkspace(): Workspace {
  const refuse = (): Promise<never> =>
    Promise.reject(new SyncError('absent', 'the folder of the local workspace is not there: the first sync makes it'));
  return {
    files: {
      put: refuse,
      remove: refuse,
      size: async () => undefined,
      read: async () => undefined,
      list: async () => [],
    },
    statements: {run: refuse, close: async () => undefined},
    rest: {request: refuse},
    prerequisites: {
      ensureVolume: refuse,
      checkIdentity: refuse,
      checkWarehouse: refuse,
      checkCatalog: refuse,
      checkVolume: refuse,
    },
    close: async () => undefined,
  };
}
