import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import type {JsonObject} from '../../../src/base/exact-json.ts';
import type {Lease} from '../../../src/model/lease.ts';
import type {Manifest} from '../../../src/model/load.ts';
import type {CommitScope, Warehouse} from '../../../src/model/ports.ts';
import type {Resource} from '../../../src/model/resource.ts';
import {sparkSocket} from '../../spark/spark-engine.ts';
import {invoice, linesOf, partner, unit} from '../resources.ts';
import {copy, land, Workspace, warehouseOn} from '../workspace.ts';

/** Spark takes seconds for what takes the local workspace milliseconds. */
const few: {numRuns?: number; seed?: number} = sparkSocket === undefined ? {} : {numRuns: 1, seed: 20_260_301};

let workspace: Workspace;
let warehouse: Warehouse;
let companies = 0;

before(async () => {
  workspace = await Workspace.open();
  warehouse = warehouseOn(workspace, [invoice, unit, partner]);
  for (const resource of [invoice, unit, partner]) await warehouse.prepare([resource.table, linesOf(resource)]);
});
after(() => workspace.close());

/** One reading of one record: its key, its content, and its lines in order, each with its content. */
interface Reading {
  readonly id: string;
  readonly content: number;
  /** The id that stays when the key is changed. */
  readonly internal?: number | null;
  readonly lines: ReadonlyArray<{readonly number: number; readonly content: number}>;
}

/** What one pass read, and the keys that it says are gone: where it has read one all the same, that counts. */
interface Load {
  readonly readings: readonly Reading[];
  readonly gone: readonly string[];
}

/** What befalls the commit of a group of loads. */
type Fate = 'whole' | 'twice' | 'killed before the lines' | 'answers lost' | 'staged in reverse';

interface History {
  /** Loads of one chain. */
  readonly loads: readonly Load[];
  /** How many of them are stretches of one first load. */
  readonly stretches: number;
  /** How many loads each commit takes, and what befalls it. */
  readonly groups: ReadonlyArray<{readonly size: number; readonly fate: Fate}>;
}

const ids = fc.constantFrom('a', 'b', 'c');

const readingWith = (more: object): fc.Arbitrary<Reading> =>
  fc.record({
    id: ids,
    content: fc.integer({min: 0, max: 1}),
    lines: fc.uniqueArray(fc.record({number: fc.integer({min: 1, max: 3}), content: fc.integer({min: 0, max: 1})}), {
      selector: ({number}) => number,
      maxLength: 3,
    }),
    ...more,
  });

const historyOf = (reading: fc.Arbitrary<Reading>, {tombstones}: {tombstones: number}): fc.Arbitrary<History> =>
  fc.record({
    loads: fc.array(
      fc.record({
        readings: fc.array(reading, {maxLength: 5}),
        gone: fc.uniqueArray(ids, {maxLength: tombstones}),
      }),
      {minLength: 1, maxLength: 5},
    ),
    stretches: fc.integer({min: 1, max: 2}),
    groups: fc.array(
      fc.record({
        size: fc.integer({min: 1, max: 3}),
        fate: fc.constantFrom<Fate>('whole', 'twice', 'killed before the lines', 'answers lost', 'staged in reverse'),
      }),
      {minLength: 5, maxLength: 5},
    ),
  });

const recordOf = ({id, content, internal, lines}: Reading): JsonObject => ({
  referenceNumber: id,
  amount: content,
  ...(internal !== undefined && {internalId: internal}),
  lines: lines.map(({number, content: own}) => ({lineNumber: number, amount: own})),
});

const contentOf = ({content, internal}: Reading): string =>
  internal === undefined ? `${content}` : `${content} of ${internal}`;

interface Held {
  content: string;
  live: boolean;
  commit: bigint;
  seenAtFirst: boolean;
}

/** What stands under a key while loads are taken one after the other. */
interface Standing {
  readonly content: string;
  readonly live: boolean;
  /** The reading that put it there; absent where an earlier commit did. */
  readonly reading?: Reading;
}

/** The tables as they should be: keys to what stands there. */
class Model {
  readonly records = new Map<string, Held>();
  readonly lines = new Map<string, Held>();
  #standing = new Map<string, Standing>();

  /** What taking the loads one after the other comes to; what came and went in between was never there. */
  commitRecords({loads, first, marks}: Group, fence: bigint): void {
    const atFirst = new Set(first.map(({id}) => id));
    const standing = new Map<string, Standing>(this.records);
    for (const load of loads) take(load, standing);
    const served = new Set(loads.flatMap(({readings}) => readings.map(({id}) => id)));
    for (const [id, {content, live}] of standing) {
      if (live && (served.has(id) || !marks)) put(this.records, id, {content, fence, atFirst});
      else mark(this.records, fence, each => each === id);
    }
    this.#standing = standing;
  }

  /** The lines of each record's last reading are its set; what is gone has none. */
  commitLines({first, provesNothing}: Group, fence: bigint): void {
    const atFirst = new Set(first.flatMap(({id, lines}) => lines.map(({number}) => `${id}/${number}`)));
    const kept = new Set<string>();
    for (const [id, {live, reading}] of this.#standing) {
      for (const [position, {number, content}] of (live ? (reading?.lines ?? []) : []).entries()) {
        kept.add(`${id}/${number}`);
        put(this.lines, `${id}/${number}`, {content: `${content} at ${position}`, fence, atFirst});
      }
    }
    mark(this.lines, fence, line => {
      const id = line.split('/')[0] ?? '';
      const isRead = this.#standing.get(id)?.reading !== undefined;
      const isGone = !provesNothing && !this.records.get(id)?.live;
      return !kept.has(line) && (isRead || isGone);
    });
  }
}

/** One load by itself: what it says is gone is gone, what it read is there, and no other key bears their ids. */
function take({readings, gone}: Load, standing: Map<string, Standing>): void {
  const end = (id: string): void => {
    const row = standing.get(id);
    if (row) standing.set(id, {...row, live: false});
  };
  const served = new Map(readings.map(reading => [reading.id, reading]));
  for (const id of gone) end(id);
  for (const [id, reading] of served) standing.set(id, {content: contentOf(reading), live: true, reading});
  const ids = new Set(readings.flatMap(({internal}) => (internal ? String(internal) : [])));
  for (const [id, {content}] of standing) {
    if (!served.has(id) && ids.has(content.split(' of ')[1] ?? '')) end(id);
  }
}

/** Loads that are committed at once. */
interface Group {
  /** Those that count, in order. */
  readonly loads: readonly Load[];
  /** What the stretches of the first load have. */
  readonly first: readonly Reading[];
  /** Whether what is missing is gone. */
  readonly marks: boolean;
  /** An empty list: neither records nor lines are judged by it. */
  readonly provesNothing: boolean;
}

function groupOf({loads, stretches}: History, {from, to, lists}: {from: number; to: number; lists: boolean}): Group {
  const newest = loads.slice(to - 1, to);
  const isEmpty = newest.every(({readings}) => readings.length === 0);
  return {
    loads: lists ? newest : loads.slice(from, to),
    first: loads.slice(from, Math.min(to, stretches)).flatMap(({readings}) => readings),
    marks: lists && !isEmpty,
    provesNothing: lists && isEmpty,
  };
}

function put(
  held: Map<string, Held>,
  id: string,
  {content, fence, atFirst}: {content: string; fence: bigint; atFirst: ReadonlySet<string>},
): void {
  const row = held.get(id);
  if (!row) held.set(id, {content, live: true, commit: fence, seenAtFirst: atFirst.has(id)});
  else if (!row.live || row.content !== content) Object.assign(row, {content, live: true, commit: fence});
}

function mark(held: Map<string, Held>, fence: bigint, isGone: (id: string) => boolean): void {
  for (const [id, row] of held) if (row.live && isGone(id)) Object.assign(row, {live: false, commit: fence});
}

/** The raw tables of one company, in the model's words. */
async function tablesOf(resource: Resource, company: string): Promise<readonly Map<string, Held>[]> {
  const read = async (table: string, content: string): Promise<Map<string, Held>> => {
    const rows = await workspace.query(
      `SELECT record_id, ${content} AS content, _deleted_at, _commit, _first_seen_at FROM main.visma.${table}
      WHERE company_id = '${company}'`,
    );
    return new Map(
      rows.map(row => [
        String(row['record_id']),
        {
          content: String(row['content']),
          live: row['_deleted_at'] === null,
          commit: BigInt(Number(row['_commit'])),
          seenAtFirst: row['_first_seen_at'] === null,
        },
      ]),
    );
  };
  return [
    await read(
      resource.table.name,
      resource.internalId === undefined
        ? 'CAST(CAST(amount AS INT) AS STRING)'
        : "CONCAT(CAST(CAST(amount AS INT) AS STRING), ' of ', COALESCE(CAST(internal_id AS STRING), 'null'))",
    ),
    await read(linesOf(resource).name, "CONCAT(CAST(CAST(amount AS INT) AS STRING), ' at ', CAST(position AS STRING))"),
  ];
}

async function commit(scope: CommitScope, fate: Fate): Promise<void> {
  const {resource, loads} = scope;
  workspace.before = () => (fate === 'answers lost' ? 'answer lost' : undefined);
  await copy(warehouse, resource, fate === 'staged in reverse' ? loads.toReversed() : loads);
  const taken = fate === 'staged in reverse' ? {...scope, loads: loads.toReversed()} : scope;
  await warehouse.mergeRecords(taken);
  if (fate === 'killed before the lines') return;
  await warehouse.mergeLines(taken, linesOf(resource));
  workspace.before = () => undefined;
  if (fate !== 'twice') return;
  const nothing = {inserted: 0, updated: 0};
  assert.deepEqual(await warehouse.mergeRecords(scope), nothing);
  assert.deepEqual(await warehouse.mergeLines(scope, linesOf(resource)), nothing);
}

async function lease(): Promise<Lease> {
  const held = await warehouse.acquire('run');
  assert.ok(held);
  await warehouse.release(held);
  const next = await warehouse.acquire('run');
  assert.ok(next);
  return next;
}

/** Plays a history against the tables and the model, and compares them after each commit. */
async function play(history: History, resource: Resource): Promise<void> {
  const {loads, groups, stretches} = history;
  const company = `p${++companies}`;
  const lists = resource.reading.kind === 'snapshot';
  const model = new Model();
  const manifests: Manifest[] = [];
  for (const [index, {readings, gone}] of loads.entries()) {
    const kind = index < stretches ? 'first' : resource.reading.kind;
    const records = readings.map(recordOf);
    manifests.push(await land(workspace, {resource, company, sequence: index + 1, kind, records, gone}));
  }
  for (let from = 0, to = 0, turn = 0; from < loads.length; turn++) {
    const {size, fate: wanted} = groups[turn] ?? {size: loads.length, fate: 'whole' as const};
    to = Math.min(loads.length, to + size);
    // Somebody comes at last who is not killed.
    const fate = turn < groups.length ? wanted : 'whole';
    const held = await lease();
    const group = groupOf(history, {from, to, lists});
    const marking = new Set(group.marks ? [company] : []);
    await commit({resource, loads: manifests.slice(from, to), marking, lease: held}, fate);
    model.commitRecords(group, BigInt(held.fence));
    if (fate !== 'killed before the lines') {
      model.commitLines(group, BigInt(held.fence));
      from = to;
    }
    assert.deepEqual(await tablesOf(resource, company), [model.records, model.lines]);
  }
}

/** A list that an empty one follows before its lines are marked: the list after that marks them. */
const killedThenEmpty: History = {
  loads: [['a'], ['b'], [], ['b']].map(list => ({
    readings: list.map(id => ({id, content: 0, lines: [{number: 1, content: 0}]})),
    gone: [],
  })),
  stretches: 1,
  groups: [
    {size: 1, fate: 'whole'},
    {size: 1, fate: 'killed before the lines'},
    {size: 1, fate: 'whole'},
    {size: 1, fate: 'whole'},
  ],
};

/** Nothing is gone before it has been there: a stretch of a first load says of no key that it is gone. */
const honest = ({loads, stretches, groups}: History): History => ({
  loads: loads.map((load, index) => (index < stretches ? {...load, gone: []} : load)),
  stretches,
  groups,
});

/** In one load no two keys have one internal id, nor a key two; any of them may have 0, which is none. */
const distinct = ({loads, ...rest}: History): History => ({
  ...rest,
  loads: loads.map(({readings, ...load}) => {
    const keys = new Map<number, string>();
    const own = new Map<string, number | null>();
    for (const {id, internal} of readings) {
      const isFree = internal && !own.has(id) && !keys.has(internal);
      if (isFree) keys.set(internal, id);
      if (!own.has(id)) own.set(id, isFree ? internal : internal === 0 ? 0 : null);
    }
    return {...load, readings: readings.map(each => ({...each, internal: own.get(each.id) ?? null}))};
  }),
});

test('I7 I3 I15 any chain of deltas, committed in any pieces, ends as the model says', async t => {
  await fc.assert(
    fc.asyncProperty(historyOf(readingWith({}), {tombstones: 2}), each => play(honest(each), invoice)),
    {numRuns: 15, ...few},
  );
  t.diagnostic(`${few.numRuns ?? 15} sequences`);
});

test('I7 I3 I15 a chain of deltas in which keys change ends as if each had been committed by itself', async t => {
  const internal = fc.constantFrom(7, 8, 0, null);
  await fc.assert(
    fc.asyncProperty(historyOf(readingWith({internal}), {tombstones: 1}), each =>
      play(distinct(honest(each)), partner),
    ),
    {numRuns: 25, ...few},
  );
  t.diagnostic(`${few.numRuns ?? 25} sequences`);
});

test('I7 I3 I12 any chain of whole lists, committed in any pieces, ends as the model says', async t => {
  await fc.assert(
    fc.asyncProperty(historyOf(readingWith({}), {tombstones: 0}), each => play({...each, stretches: 1}, unit)),
    {numRuns: 15, examples: [[killedThenEmpty]], ...few},
  );
  t.diagnostic(`${few.numRuns ?? 15} sequences`);
});
