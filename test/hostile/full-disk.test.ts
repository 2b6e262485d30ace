import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {openSync} from 'node:fs';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import test from 'node:test';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import type {Report} from '../../src/model/report.ts';
import type {World} from '../flows/world.ts';
import {assertMended, changeAll, openLoaded, openSmall, resources} from './stage.ts';

const root = path.join(import.meta.dirname, '..', '..');
const onPosix = {skip: process.platform !== 'linux' && 'needs a shell whose ulimit bounds files, and /dev/full'};

/**
 * Runs the command line in a process in which no file may grow beyond so many kilobytes: what a full disk answers, for
 * whoever writes then is refused.
 */
async function runBounded(world: World, kilobytes: number, args: readonly string[]): Promise<Ended> {
  const script = `ulimit -f ${kilobytes}; exec "$0" src/main.ts "$@"`;
  const child = spawn('sh', ['-c', script, process.execPath, ...args], {cwd: root, env: {HOME: world.folder}});
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return {code: code as number | null, out, err};
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map(row => JSON.stringify(row)).toSorted();

const reportIn = ({out}: Ended): Report => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Report;

test(
  'a disk that is full under a local workspace is told, and with room again the next run ends right',
  onPosix,
  async t => {
    const world = await openSmall(t);
    const folder = path.join(world.folder, 'lakehouse');
    const configPath = await world.writeConfig();
    const args = ['sync', '--config', configPath, '--resources', resources, '--local', folder, '--json'];
    for (const kilobytes of [4, 16, 64]) {
      const ended = await runBounded(world, kilobytes, args);
      assert.equal(ended.code, 1, `${kilobytes} KB: ${ended.out.slice(-2000)} ${ended.err}`);
      const {problems} = reportIn(ended);
      assert.ok(problems.length > 0);
      for (const {kind} of problems) assert.notEqual(kind, 'defect', JSON.stringify(problems));
    }
    const roomy = await runBounded(world, 1_000_000, args);
    assert.equal(roomy.code, 0, roomy.out);
    const lakehouse = await openLocalWorkspace({folder, catalog: 'main', clock: systemClock, random: systemRandom});
    t.after(() => lakehouse.close());
    const sql = 'SELECT number, name FROM main.visma.supplier WHERE _deleted_at IS NULL';
    const held = (await lakehouse.query(sql)).map(row => [row['number'], row['name']]);
    const wanted = (world.visma.truth('se')['supplier'] ?? []).map(({number, name}) => [String(number), name ?? null]);
    assert.deepEqual(sorted(held), sorted(wanted));
  },
);

test('a log that can not be written any more stops the run in good order', onPosix, async t => {
  const world = await openLoaded(t);
  changeAll(world);
  const args = ['src/main.ts', 'sync', '--config', await world.writeConfig(), '--resources', resources, '--json'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {HOME: world.folder},
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  await assertMended(world);
});
