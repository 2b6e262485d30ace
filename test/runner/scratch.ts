import {accessSync, constants, mkdtempSync, rmSync, statfsSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder that Linux keeps in memory. */
const inMemory = '/dev/shm';
const bytesWanted = 2 * 1024 ** 3;

function hasRoomInMemory(): boolean {
  try {
    accessSync(inMemory, constants.W_OK);
    const {bavail, bsize} = statfsSync(inMemory);
    return bavail * bsize >= bytesWanted;
  } catch {
    return false;
  }
}

/**
 * The folder of all temporary files of a run of tests, removed when this process ends. It lies in memory where there
 * is room: a workspace waits for the disk at every commit, and no test needs what it wrote to survive the machine.
 */
export function makeScratch(): string {
  const folder = mkdtempSync(path.join(hasRoomInMemory() ? inMemory : os.tmpdir(), 'visma-tests-'));
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return folder;
}
