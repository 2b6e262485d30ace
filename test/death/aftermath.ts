import assert from 'node:assert/strict';
import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {resources as catalogue} from '../../src/catalogue/catalogue.ts';
import {tablesOf} from '../../src/model/resource.ts';
import type {Table} from '../../src/model/table.ts';
import type {Site} from './site.ts';

type Row = Readonly<Record<string, unknown>>;

/** The part of a manifest that is looked at here. */
interface Manifest {
  readonly loadId: string;
  readonly files: ReadonlyArray<{readonly table: string; readonly rows: number}>;
}

interface MirrorContent {
  readonly content: {
    readonly checkpoints: ReadonlyArray<Row>;
    readonly finished: ReadonlyArray<Row>;
  };
}

/** Nothing is left over of what died: what the run keeps for itself is as a run leaves it that was never disturbed. */
export async function assertClean(site: Site, ended: readonly string[]): Promise<void> {
  const loads = await site.query('SELECT * FROM main.visma_control.load');
  await assertVolume(site, loads);
  await assertCheckpoints(site, loads);
  await assertStaging(site, loads);
  await assertRows(site, loads);
  await assertLease(site);
  await assertRuns(site, ended);
}

const dayMs = 86_400_000;

/** Every sealed load is finished; what was never sealed is younger than what a run may still be writing. */
async function assertVolume(site: Site, loads: readonly Row[]): Promise<void> {
  const finished = new Map(loads.map(load => [String(load['load_id']), load]));
  assert.equal(finished.size, loads.length, 'a load is finished twice');
  for (const {id, names, folder} of await loadFolders(site)) {
    if (names.includes('load.json')) assert.ok(finished.has(id), `the load ${id} waits`);
    else {
      const ageMs = site.now().getTime() - (await writtenMs(folder, names));
      assert.ok(ageMs < dayMs + 3_600_000, `${id} was forsaken and is still there`);
    }
  }
}

async function assertCheckpoints(site: Site, loads: readonly Row[]): Promise<void> {
  const checkpoints = await site.query('SELECT * FROM main.visma_control.checkpoint');
  const keyOf = (row: Row): string => [row['company_id'], row['resource'], row['slice']].join(' ');
  const keys = checkpoints.map(keyOf);
  assert.equal(new Set(keys).size, keys.length, 'a checkpoint stands twice');
  const settled = loads.filter(({state}) => state === 'settled');
  for (const checkpoint of checkpoints) {
    const own = settled.filter(load => keyOf(load) === keyOf(checkpoint));
    const sequences = own.map(({sequence}) => Number(sequence)).toSorted((one, other) => one - other);
    assert.deepEqual(
      sequences,
      sequences.map((_, place) => place + 1),
      `${keyOf(checkpoint)}: its loads were settled each once, in their order`,
    );
    const last = own.find(({sequence}) => Number(sequence) === sequences.length);
    assert.equal(checkpoint['load_id'], last?.['load_id'], `${keyOf(checkpoint)}: the checkpoint is its last load's`);
    assert.equal(Number(checkpoint['sequence']), sequences.length);
  }
  await assertMirror(site, checkpoints);
}

/** The mirror says what the tables say. */
async function assertMirror(site: Site, checkpoints: readonly Row[]): Promise<void> {
  const text = await readFile(path.join(volumeOf(site), 'run-state/mirror.json'), 'utf8');
  const {content} = JSON.parse(text) as MirrorContent;
  const said = content.checkpoints.map(
    one => `${one['companyId']} ${one['resource']} ${one['slice']} ${one['sequence']}`,
  );
  const held = checkpoints.map(one => `${one['company_id']} ${one['resource']} ${one['slice']} ${one['sequence']}`);
  assert.deepEqual(said.toSorted(), held.toSorted(), 'the mirror has the checkpoints of the tables');
}

/** Of each settled load as many rows stand in staging as its manifest says, or none once it has been pruned. */
async function assertStaging(site: Site, loads: readonly Row[]): Promise<void> {
  const tables = tablesIn(site);
  const counts = tables.map(
    ({name}) => `SELECT '${name}' AS name, _load_id AS load_id, COUNT(*) AS count
FROM main.visma_staging.${name} GROUP BY _load_id`,
  );
  const staged = new Map(
    (await site.query(counts.join('\nUNION ALL\n'))).map(row => [
      `${row['load_id']} ${row['name']}`,
      Number(row['count']),
    ]),
  );
  const states = new Map(loads.map(load => [String(load['load_id']), load['state']]));
  for (const {id, names, folder} of await loadFolders(site)) {
    if (!names.includes('load.json') || states.get(id) !== 'settled') continue;
    const {files} = JSON.parse(await readFile(path.join(folder, 'load.json'), 'utf8')) as Manifest;
    for (const {name} of tables) {
      const rows = files.filter(({table}) => table === name).reduce((sum, file) => sum + file.rows, 0);
      assert.equal(staged.get(`${id} ${name}`) ?? 0, rows, `staged rows of ${id} in ${name}`);
    }
  }
}

/** What stands in the tables came by a load that was settled, under a fence that was given; refusals stand once. */
async function assertRows(site: Site, loads: readonly Row[]): Promise<void> {
  const settled = new Set(loads.filter(({state}) => state === 'settled').map(load => String(load['load_id'])));
  const [{fence} = {}] = await site.query('SELECT fence FROM main.visma_control.lease');
  const loadsIn = tablesIn(site).map(
    ({name}) =>
      `SELECT '${name}' AS name, _load_id AS load_id, MAX(_commit) AS newest FROM main.visma.${name} GROUP BY _load_id`,
  );
  for (const row of await site.query(loadsIn.join('\nUNION ALL\n'))) {
    assert.ok(settled.has(String(row['load_id'])), `${row['name']}: rows of a load that was not settled`);
    assert.ok(Number(row['newest']) <= Number(fence), `${row['name']}: rows of a commit that never was`);
  }
  const refused = await site.query(
    `SELECT load_id, resource, place, COUNT(*) AS times FROM main.visma_control.reject
GROUP BY load_id, resource, place, reason, record HAVING COUNT(*) > 1`,
  );
  assert.deepEqual(refused, [], 'a refusal stands twice');
  const swept = await site.query(
    `SELECT run_id, company_id, resource, slice, period FROM main.visma_control.sweep
GROUP BY run_id, company_id, resource, slice, period HAVING COUNT(*) > 1`,
  );
  assert.deepEqual(swept, [], 'a sweep is recorded twice');
  const missing = await site.query(
    `SELECT record_id FROM main.visma_control.missing_key
GROUP BY company_id, resource, record_id HAVING COUNT(*) > 1`,
  );
  assert.deepEqual(missing, [], 'a key is missing twice');
}

/** After more time than anything is kept, and a run that settled something: old files and staged rows are gone. */
export async function assertPruned(site: Site, retentionMs: number): Promise<void> {
  const loads = await site.query(
    'SELECT load_id, CAST(finished_at AS STRING) AS finished_at FROM main.visma_control.load',
  );
  const oldestMs = site.now().getTime() - retentionMs;
  const kept = new Set(
    loads.filter(({finished_at}) => instantMs(finished_at) > oldestMs).map(load => String(load['load_id'])),
  );
  const folders = await loadFolders(site);
  assert.deepEqual(
    folders.map(({id}) => id).filter(id => !kept.has(id)),
    [],
    'folders that are older than anything is kept',
  );
  const staged = tablesIn(site).map(({name}) => `SELECT _load_id AS load_id FROM main.visma_staging.${name}`);
  const ids = (await site.query(staged.join('\nUNION\n'))).map(row => String(row['load_id']));
  assert.deepEqual(
    ids.filter(id => !kept.has(id)),
    [],
    'staged rows that are older than anything is kept',
  );
}

const tablesIn = ({resources}: Site): readonly Table[] =>
  catalogue.filter(({name}) => resources.includes(name)).flatMap(tablesOf);

const instantMs = (text: unknown): number => Date.parse(`${String(text).replace(' ', 'T')}Z`);

async function assertLease(site: Site): Promise<void> {
  const leases = await site.query('SELECT CAST(expires_at AS STRING) AS expires_at FROM main.visma_control.lease');
  assert.equal(leases.length, 1);
  assert.ok(instantMs(leases[0]?.['expires_at']) <= site.now().getTime(), 'the lease has been given back');
}

/** Every run that came to its end has left its record once: in the tables, or in the volume for the next one. */
async function assertRuns(site: Site, ended: readonly string[]): Promise<void> {
  const rows = await site.query('SELECT run_id FROM main.visma_control.run');
  const notes = (await readdir(path.join(volumeOf(site), 'run-state')))
    .map(name => /^run-(.+)\.json$/.exec(name)?.[1])
    .filter(id => id !== undefined);
  const known = rows.map(row => String(row['run_id']));
  assert.equal(new Set(known).size, known.length, 'a run is recorded twice');
  assert.deepEqual(
    ended.filter(id => !known.includes(id) && !notes.includes(id)),
    [],
    'runs without a record',
  );
  const doubled = await site.query(
    'SELECT run_id, table_name FROM main.visma_control.table_run GROUP BY run_id, table_name HAVING COUNT(*) > 1',
  );
  assert.deepEqual(doubled, [], 'what a run did to a table is recorded twice');
  // The row of a run comes last: what died before it may have left the rest, and no run that ended lacks any.
  const lacking = await site.query(
    `SELECT run_id FROM main.visma_control.run
WHERE exit_code = 0 AND report LIKE '%"calls":%' AND report NOT LIKE '%"calls":0,%'
  AND run_id NOT IN (SELECT run_id FROM main.visma_control.api_call)`,
  );
  assert.deepEqual(lacking, [], 'runs without their calls');
}

const volumeOf = ({folder}: Site): string => path.join(folder, 'workspace/volumes/visma_staging/landing');

interface LoadFolder {
  readonly id: string;
  readonly folder: string;
  readonly names: readonly string[];
}

/** The folders of loads in the volume, past every protocol. */
export async function loadFolders(site: Site): Promise<readonly LoadFolder[]> {
  const volume = volumeOf(site);
  const found: LoadFolder[] = [];
  for (const resource of await readdir(volume)) {
    if (resource === 'run-state') continue;
    for (const id of await readdir(path.join(volume, resource))) {
      const folder = path.join(volume, resource, id);
      found.push({id, folder, names: await readdir(folder)});
    }
  }
  return found;
}

/** When a folder was written to last, by the workspace's clock: a load's id tells the time by the clock of its run. */
async function writtenMs(folder: string, names: readonly string[]): Promise<number> {
  const paths = names.length > 0 ? names.map(name => path.join(folder, name)) : [folder];
  return Math.max(...(await Promise.all(paths.map(async each => (await stat(each)).mtimeMs))));
}
