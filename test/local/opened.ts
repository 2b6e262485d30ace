import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {systemRandom} from '../../src/base/random.ts';
import {type LocalOptions, type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import {FakeClock} from '../fake-clock.ts';

export interface Opened {
  readonly workspace: LocalWorkspace;
  readonly folder: string;
  readonly clock: FakeClock;
}

const endings = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** Runs this when the test is over, and before what was asked for earlier: the runner itself keeps the order. */
export function atEnd(test: TestContext, ending: () => Promise<unknown>): void {
  const known = endings.get(test);
  if (known) known.unshift(ending);
  else {
    const list = [ending];
    endings.set(test, list);
    test.after(async () => {
      for (const end of list) await end();
    });
  }
}

/** A folder of its own, removed when the test is over. */
export async function newFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'local-'));
  atEnd(test, () => rm(folder, {recursive: true, force: true}));
  return folder;
}

/** A workspace in a folder of its own, closed when the test is over. */
export async function openLocal(test: TestContext, options: Partial<LocalOptions> = {}): Promise<Opened> {
  const folder = options.folder ?? (await newFolder(test));
  const clock = new FakeClock();
  const workspace = await openLocalWorkspace({catalog: 'main', clock, random: systemRandom, ...options, folder});
  atEnd(test, () => workspace.close());
  return {workspace, folder, clock};
}
