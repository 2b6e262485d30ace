import {SyncError} from '../base/errors.ts';
import type {Files} from '../model/ports.ts';

/** A truncated upload is answered like a whole one: only the size in the volume tells. */
export async function confirmSize(files: Files, path: string, bytes: number, signal?: AbortSignal): Promise<void> {
  const found = await files.size(path, signal);
  if (found === bytes) return;
  throw new SyncError('transient', `a file in the volume has not the size that was sent: ${path}`, {
    facts: {sent: bytes, found: found ?? -1},
  });
}
