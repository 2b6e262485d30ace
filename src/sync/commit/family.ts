import {SyncError} from '../../base/errors.ts';
import type {Lease} from '../../model/lease.ts';
import type {Manifest, PartFile, SetAside} from '../../model/load.ts';
import type {CompanyId, RunId, TableName} from '../../model/names.ts';
import type {CommitScope, CopyBatch} from '../../model/ports.ts';
import {type Resource, tablesOf} from '../../model/resource.ts';
import type {Table} from '../../model/table.ts';
import {chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {controlTables, copyBatches} from './copy-batches.ts';
import {type Acceptance, guardMarking, markingLimits, provingCompanies} from './guard.ts';
import {commitWhole, tellCommitted} from './whole.ts';

export interface FamilyEnd {
  readonly settled: readonly Manifest[];
  /** Whether their checkpoints moved together with their rows. */
  readonly moved: boolean;
  readonly setAside: readonly SetAside[];
  readonly errors: readonly SyncError[];
}

/** One resource's loads, and under what they are committed. */
export interface Family {
  readonly resource: Resource;
  /** The unbroken chains of all companies, each in order. */
  readonly loads: readonly Manifest[];
  readonly lease: Lease;
  readonly runId: RunId;
  readonly accepts: Acceptance;
}

/**
 * Commits one resource's tables: copy, count, merge the records, then each table of lines; where it is offered all in
 * one transaction, and the checkpoints with it. What such a transaction refuses is looked into in order, where a load
 * that can't be taken is found and set aside; what is left is merged in one transaction again.
 */
export async function commitFamily(family: Family, doors: Doors, signal?: AbortSignal): Promise<FamilyEnd> {
  const {resource, loads, lease, runId} = family;
  const {warehouse} = doors;
  const tables = tablesOf(resource);
  await warehouse.renew(lease, signal);
  await warehouse.prepare(tables, signal);
  if (loads.some(({reread}) => reread === true)) await keepOneOfEach(family, doors, signal);
  if (await commitAtOnce(family, doors, signal)) return {settled: loads, moved: true, setAside: [], errors: []};

  const copied = await copyLoads(family, doors, signal);
  const counted = await countLoads(copied.taken, {resource, doors}, signal);
  const setAside = [...copied.setAside, ...counted.setAside];
  if (counted.taken.length === 0) return {settled: [], moved: false, setAside, errors: []};

  const scope: CommitScope = {resource, loads: counted.taken, marking: new Set<CompanyId>(), lease};
  const guarded = await guardMarking(scope, {accepts: family.accepts, doors}, signal);
  const settled = counted.taken.filter(load => !guarded.heldBack.has(load.companyId));
  const merged = counted.taken.filter(load => !guarded.unmerged.has(load.companyId));
  if (merged.length === 0) return {settled, moved: false, setAside, errors: guarded.errors};
  const merging = {...scope, loads: merged, marking: guarded.marking, spared: guarded.spared};
  const moved = await commitWhole({scope: merging, copies: [], settled, runId}, doors, signal);
  if (!moved) await mergeAll(merging, guarded.gone, doors, signal);
  return {settled, moved, setAside, errors: guarded.errors};
}

/** A row that stands there twice is as it was read, so that no comparison finds it. */
async function keepOneOfEach({resource, lease}: Family, doors: Doors, signal?: AbortSignal): Promise<void> {
  const {warehouse, events} = doors;
  await warehouse.renew(lease, signal);
  const found = await warehouse.keepOneOfEach({tables: tablesOf(resource), lease}, signal);
  for (const [table, keys] of found) {
    const message = `${keys} keys stood in ${table} more than once: one row of each is left`;
    events({event: 'note', message, facts: {resource: resource.name, table, keys}});
  }
}

/** All that is to be done, with the guard and the counts as conditions under which it happens. */
async function commitAtOnce(family: Family, doors: Doors, signal?: AbortSignal): Promise<boolean> {
  const {resource, loads, lease, runId} = family;
  const marking = provingCompanies({resource, loads});
  // Which missing rows may be the refused records is only known once the rows are in staging.
  if (loads.some(({companyId, counts}) => counts.refused > 0 && marking.has(companyId))) return false;
  const scope: CommitScope = {resource, loads, marking, lease};
  const guard = markingLimits(scope, family.accepts, doors);
  const copies = batchesOf(loads, tablesOf(resource), doors);
  return commitWhole({scope, copies, guard, settled: loads, runId}, doors, signal);
}

async function mergeAll(scope: CommitScope, gone: number, doors: Doors, signal?: AbortSignal): Promise<void> {
  const {resource, lease, loads} = scope;
  for (const table of tablesOf(resource)) {
    await doors.warehouse.renew(lease, signal);
    const own = table === resource.table;
    const counts = own
      ? await doors.warehouse.mergeRecords(scope, signal)
      : await doors.warehouse.mergeLines(scope, table, signal);
    const marked = own ? gone + tombstonesIn(loads, table.name) : 0;
    tellCommitted({table: table.name, loads, counts, gone: marked}, doors);
  }
}

/** Rows of sweeps that stand for no record read: they say what is gone. */
function tombstonesIn(loads: readonly Manifest[], table: TableName): number {
  const ofSweeps = loads.filter(load => load.kind === 'sweep');
  const rows = ofSweeps
    .flatMap(load => load.files)
    .reduce((sum, file) => sum + (file.table === table ? file.rows : 0), 0);
  return rows - ofSweeps.reduce((sum, {counts}) => sum + counts.read - counts.refused, 0);
}

interface Sorted {
  readonly taken: readonly Manifest[];
  readonly setAside: readonly SetAside[];
}

/**
 * Copies all loads' files into staging, a statement for each list of columns. Where that fails for a reason that lies
 * in the files, each load is copied by itself, so that one damaged load does not hold up the others.
 */
async function copyLoads({resource, loads, lease}: Family, doors: Doors, signal?: AbortSignal): Promise<Sorted> {
  const tables = tablesOf(resource);
  try {
    await copyAll(loads, {tables, lease, doors}, signal);
    return {taken: loads, setAside: []};
  } catch (thrown) {
    if (!isAboutFiles(thrown) || loads.length === 0) throw thrown;
  }
  const reasons = new Map<Manifest, string>();
  for (const load of loads) {
    try {
      await copyAll([load], {tables, lease, doors}, signal);
    } catch (thrown) {
      if (!isAboutFiles(thrown)) throw thrown;
      reasons.set(load, thrown.message);
    }
  }
  return breakChains(loads, reasons);
}

/** Codes of what the table itself refuses: a constraint, a view in its place, a row filter or a mask. */
const ofTable = /^(?:23|0A|42809)|ROW_COLUMN_ACCESS|ROW_FILTER|COLUMN_MASK/;

/** What the table refuses is no load's fault, and would be so for each that is read again in its place. */
const isAboutFiles = (thrown: unknown): thrown is SyncError =>
  thrown instanceof SyncError &&
  thrown.kind === 'data' &&
  ![thrown.facts['errorClass'], thrown.facts['sqlState']].some(code => ofTable.test(String(code)));

interface Copying {
  readonly tables: readonly Table[];
  readonly lease: Lease;
  readonly doors: Doors;
}

async function copyAll(
  loads: readonly Manifest[],
  {tables, lease, doors}: Copying,
  signal?: AbortSignal,
): Promise<void> {
  for (const batch of batchesOf(loads, tables, doors)) {
    const table = tables.find(({name}) => name === batch.table);
    await doors.warehouse.renew(lease, signal);
    await (table ? doors.warehouse.copy(batch, table, signal) : doors.warehouse.copyControl(batch, signal));
  }
}

/** What is to be copied: for the resource's tables, and behind them for control tables. */
function batchesOf(loads: readonly Manifest[], tables: readonly Table[], {landing}: Doors): readonly CopyBatch[] {
  const pathOf = (load: Manifest, file: PartFile): string => landing.pathOf(load, file);
  const names = [...tables.map(({name}) => name), ...controlTables(loads, tables)];
  return names.flatMap(name => copyBatches(loads, name, pathOf));
}

/** Rows in staging must be the manifest's, load by load and table by table. */
async function countLoads(
  loads: readonly Manifest[],
  {resource, doors}: {resource: Resource; doors: Doors},
  signal?: AbortSignal,
): Promise<Sorted> {
  if (loads.every(load => load.files.length === 0)) return {taken: loads, setAside: []};
  const staged = await doors.warehouse.countStaged(loads, signal);
  const reasons = new Map<Manifest, string>();
  for (const load of loads) {
    for (const {name} of tablesOf(resource)) {
      const expected = load.files.reduce((sum, file) => sum + (file.table === name ? file.rows : 0), 0);
      const found = staged.get(`${load.loadId}/${name}`) ?? 0;
      if (found !== expected) reasons.set(load, `${name}: ${found} rows in staging where the manifest has ${expected}`);
    }
  }
  return breakChains(loads, reasons);
}

/** A load that can't be taken breaks its chain: what follows it is set aside too, and its window read again. */
function breakChains(loads: readonly Manifest[], reasons: ReadonlyMap<Manifest, string>): Sorted {
  const broken = new Set<string>();
  const taken: Manifest[] = [];
  const setAside: SetAside[] = [];
  for (const manifest of loads) {
    const reason =
      reasons.get(manifest) ?? (broken.has(chainKey(manifest)) ? 'a load before it was set aside' : undefined);
    if (reason === undefined) {
      taken.push(manifest);
      continue;
    }
    broken.add(chainKey(manifest));
    setAside.push({manifest, reason});
  }
  return {taken, setAside};
}
