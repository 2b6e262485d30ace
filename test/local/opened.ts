import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {type LocalOptions, type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import {FakeClock} from '../fake-clock.ts';
import {systemRandom} from '../../src/base/random.ts';

export interface Opened {
  readonly workspace: LocalWorkspace;
  readonly folder: string;
  readonly clock: FakeClock;
}

/** A folder of its own, removed when the test is over. */
export async function newFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'local-'));
  test.after(() => rm(folder, {recursive: true, force: true}));
  return folder;
}

/** A workspace in a folder of its own, closed when the test is over. */
export async function openLocal(test: TestContext, options: Partial<LocalOptions> = {}): Promise<Opened> {
  const folder = options.folder ?? (await newFolder(test));
  const clock = new FakeClock();
  const workspace = await openLocalWorkspace({catalog: 'main', clock, random: systemRandom, ...options, folder});
  test.after(() => workspace.close());
  return {workspace, folder, clock};
}
