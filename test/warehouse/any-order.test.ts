import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Lease} from '../../src/model/lease.ts';
import type {Manifest} from '../../src/model/load.ts';
import type {CommitScope, Warehouse} from '../../src/model/ports.ts';
import type {Resource} from '../../src/model/resource.ts';
import {invoice, linesOf, unit} from './resources.ts';
import {copy, land, Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
let warehouse: Warehouse;
let companies = 0;

before(async () => {
  workspace = await Workspace.open();
  warehouse = warehouseOn(workspace, [invoice, unit]);
  for (const resource of [invoice, unit]) await warehouse.prepare([resource.table, linesOf(resource)]);
});
after(() => workspace.close());

/** One reading of one record: its key, its content, and its lines in order, each with its content. */
interface Reading {
  readonly id: string;
  readonly content: number;
  readonly lines: ReadonlyArray<{readonly number: number; readonly content: number}>;
}

/** What befalls the commit of a group of loads. */
type Fate = 'whole' | 'twice' | 'killed before the lines' | 'answers lost' | 'staged in reverse';

interface History {
  /** Loads of one chain, each as its pass read it. */
  readonly loads: readonly (readonly Reading[])[];
  /** How many loads each commit takes, and what befalls it. */
  readonly groups: ReadonlyArray<{readonly size: number; readonly fate: Fate}>;
}

const reading: fc.Arbitrary<Reading> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  content: fc.integer({min: 0, max: 1}),
  lines: fc.uniqueArray(fc.record({number: fc.integer({min: 1, max: 3}), content: fc.integer({min: 0, max: 1})}), {
    selector: ({number}) => number,
    maxLength: 3,
  }),
});

const history: fc.Arbitrary<History> = fc.record({
  loads: fc.array(fc.array(reading, {maxLength: 5}), {minLength: 1, maxLength: 5}),
  groups: fc.array(
    fc.record({
      size: fc.integer({min: 1, max: 3}),
      fate: fc.constantFrom<Fate>('whole', 'twice', 'killed before the lines', 'answers lost', 'staged in reverse'),
    }),
    {minLength: 5, maxLength: 5},
  ),
});

const recordOf = ({id, content, lines}: Reading): JsonObject => ({
  referenceNumber: id,
  amount: content,
  lines: lines.map(({number, content: own}) => ({lineNumber: number, amount: own})),
});

interface Held {
  content: string;
  live: boolean;
  commit: bigint;
  seenAtFirst: boolean;
}

/** The tables as they should be: keys to what stands there. */
class Model {
  readonly records = new Map<string, Held>();
  readonly lines = new Map<string, Held>();

  /** Of one key the last read wins. */
  commitRecords(group: Group, fence: bigint): void {
    const {last, first, marks} = group;
    const atFirst = new Set(first.map(({id}) => id));
    for (const {id, content} of last.values()) put(this.records, id, {content: `${content}`, fence, atFirst});
    if (marks) mark(this.records, fence, id => !last.has(id));
  }

  /** The lines of each record's last reading are its set. */
  commitLines({last, first, marks}: Group, fence: bigint): void {
    const atFirst = new Set(first.flatMap(({id, lines}) => lines.map(({number}) => `${id}/${number}`)));
    const kept = new Set<string>();
    for (const {id, lines} of last.values()) {
      for (const [position, {number, content}] of lines.entries()) {
        kept.add(`${id}/${number}`);
        put(this.lines, `${id}/${number}`, {content: `${content} at ${position}`, fence, atFirst});
      }
    }
    mark(this.lines, fence, id => !kept.has(id) && (marks || last.has(id.split('/')[0] ?? '')));
  }
}

/** Loads that are committed at once. */
interface Group {
  /** The reading of each key that counts. */
  readonly last: ReadonlyMap<string, Reading>;
  /** What the first load of all has. */
  readonly first: readonly Reading[];
  /** Whether what is missing is gone: an empty list proves nothing. */
  readonly marks: boolean;
}

function groupOf(loads: History['loads'], {from, to, lists}: {from: number; to: number; lists: boolean}): Group {
  const newest = loads[to - 1] ?? [];
  const taken = lists ? newest : loads.slice(from, to).flat();
  return {
    last: new Map(taken.map(each => [each.id, each])),
    first: from === 0 ? (loads[0] ?? []) : [],
    marks: lists && newest.length > 0,
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
    await read(resource.table.name, 'CAST(CAST(amount AS INT) AS STRING)'),
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
async function play({loads, groups}: History, resource: Resource): Promise<void> {
  const company = `p${++companies}`;
  const lists = resource.reading.kind === 'snapshot';
  const model = new Model();
  const manifests: Manifest[] = [];
  for (const [index, readings] of loads.entries()) {
    manifests.push(await land(workspace, {resource, company, sequence: index + 1, records: readings.map(recordOf)}));
  }
  for (let from = 0, to = 0, turn = 0; from < loads.length; turn++) {
    const {size, fate: wanted} = groups[turn] ?? {size: loads.length, fate: 'whole' as const};
    to = Math.min(loads.length, to + size);
    // Somebody comes at last who is not killed.
    const fate = turn < groups.length ? wanted : 'whole';
    const held = await lease();
    const group = groupOf(loads, {from, to, lists});
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

test('I7 I3 I15 any chain of deltas, committed in any pieces, ends as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(history, each => play(each, invoice)),
    {numRuns: 15},
  );
});

test('I7 I3 I12 any chain of whole lists, committed in any pieces, ends as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(history, each => play(each, unit)),
    {numRuns: 15},
  );
});
