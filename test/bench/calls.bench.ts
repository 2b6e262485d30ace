import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import {type Resource, tablesOf} from '../../src/model/resource.ts';
import {booksOf} from '../flows/books.ts';
import {assertTruth} from '../flows/truth.ts';
import {startVisma} from '../sim/visma/visma.ts';
import {measure, stopAll} from './processes.ts';
import type {Measured} from './stage.ts';

/*
 * What a first load, a run in which nothing is new, and a run after a change of one record in a hundred cost: calls by
 * resource as Visma's own log has them, uploads and statements as the report has them, and rows that were written.
 * Everything that the configuration's default names, of three companies. Fails where a table is not the simulator's
 * truth, or where a row was written that did not change.
 */
const invoices = Number(process.env['BENCH_INVOICES'] ?? 6000);
const journalLines = Number(process.env['BENCH_LINES'] ?? 30_000);
const usual = resources.filter(({groups}) => groups.includes('default'));

/** Lists that people change, by collection, and what a change of a record changes. */
const changing = {
  supplier: {name: 'Renamed AB'},
  customer: {name: 'Renamed AB'},
  journaltransaction: {description: 'corrected'},
  supplierInvoice: {note: 'corrected'},
  customerinvoice: {note: 'corrected'},
  purchaseorder: {note: 'corrected'},
  cashTransaction: {description: 'corrected'},
} as const;

interface Run extends Measured {
  readonly title: string;
  readonly asked: ReadonlyMap<Resource, number>;
  readonly written: ReadonlyMap<Resource, number>;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-bench-'));
const visma = await startVisma({size: {invoices, journalLines}});
const workspace = await openLocalWorkspace({
  folder: path.join(folder, 'workspace'),
  catalog: 'main',
  clock: systemClock,
  random: systemRandom,
});
try {
  const first = await run('first load');
  await assertTables();
  const empty = await run('nothing new');
  assert.deepEqual([empty.statements, empty.uploads], [0, 0]);
  const changed = changeSome();
  const change = await run('1 % changed');
  await assertTables();
  show([first, empty, change]);
  // Balances are stamped with the batches that they sum up: they are read, and found to be the same.
  const mayMerge = (resource: Resource): boolean => changed.has(resource) || resource.name === 'general_ledger_balance';
  const merged = usual.filter(resource => tablesOf(resource).some(({name}) => change.tables.includes(name)));
  assert.deepEqual(
    merged.filter(resource => !mayMerge(resource)).map(({name}) => name),
    [],
  );
  for (const resource of usual) assert.equal(change.written.get(resource), changed.get(resource) ?? 0, resource.name);
} finally {
  stopAll();
  await visma.close();
  await workspace.close();
  await rm(folder, {recursive: true, force: true});
}

async function run(title: string): Promise<Run> {
  const before = await newestCommit();
  visma.clearLog();
  const {apiUrl, tokenUrl, clientId, clientSecret, companies} = visma;
  const place = {folder, visma: {apiUrl, tokenUrl, clientId, clientSecret, companies}, workspace: addressOf(workspace)};
  const measured = await measure('sync', place);
  const counts = Object.entries(visma.requestCounts());
  const asked = usual.map((resource): [Resource, number] => [
    resource,
    counts.reduce((sum, [name, count]) => sum + (asksFor(name, resource) ? count : 0), 0),
  ]);
  const written = new Map<Resource, number>();
  for (const resource of usual) written.set(resource, await rowsSince(resource, before));
  return {...measured, title, asked: new Map(asked), written};
}

function addressOf({
  host,
  warehouseId,
  clientId,
  clientSecret,
}: typeof workspace): Parameters<typeof measure>[1]['workspace'] {
  return {host, warehouseId, clientId, clientSecret};
}

/** `se /v1/dimension/ACCOUNT` asks for dimensions. */
function asksFor(name: string, {endpoint}: Resource): boolean {
  const asked = name.slice(name.indexOf(' ') + 1);
  return asked === endpoint || asked.startsWith(`${endpoint}/`);
}

async function newestCommit(): Promise<number> {
  const [held] = await workspace.query("SELECT 1 AS held FROM information_schema.tables WHERE table_name = 'lease'");
  if (!held) return 0;
  const [row] = await workspace.query('SELECT MAX(fence) AS fence FROM main.visma_control.lease');
  return Number(row?.['fence'] ?? 0);
}

async function rowsSince(resource: Resource, commit: number): Promise<number> {
  let rows = 0;
  for (const {name} of tablesOf(resource)) {
    const [row] = await workspace.query(`SELECT COUNT(*) AS n FROM main.visma.${name} WHERE _commit > ${commit}`);
    rows += Number(row?.['n']);
  }
  return rows;
}

/** A day later one record in a hundred is another, in every list that people change. Gives how many, by resource. */
function changeSome(): ReadonlyMap<Resource, number> {
  visma.clock.advance(24 * 3_600_000);
  const changed = new Map<Resource, number>();
  for (const {id: company} of visma.companies) {
    for (const [collection, fields] of Object.entries(changing)) {
      const resource = usual.find(({endpoint}) => endpoint.split('/').at(-1) === collection);
      assert.ok(resource, collection);
      const {rows} = visma.booksOf(company).collection(collection);
      const some = rows.filter((_, index) => index % 100 === 0);
      for (const record of some) {
        visma.change({company, collection, key: resource.key.map(name => String(record[name])), fields});
      }
      changed.set(resource, (changed.get(resource) ?? 0) + some.length);
    }
  }
  return changed;
}

async function assertTables(): Promise<void> {
  const books = visma.companies.map(({id}) => booksOf(visma, id));
  await assertTruth(sql => workspace.query(sql), books, {resources: usual.map(({name}) => name)});
}

function show(runs: readonly Run[]): void {
  const head = ['resource', ...runs.flatMap(({title}) => [`${title}: calls`, 'rows written'])];
  const table = new Table({
    head,
    style: {head: [], border: []},
    chars: {mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': ''},
  });
  for (const resource of usual) {
    table.push([resource.name, ...runs.flatMap(({asked, written}) => [asked.get(resource), written.get(resource)])]);
  }
  const sum = (counts: ReadonlyMap<Resource, number>): number =>
    [...counts.values()].reduce((total, n) => total + n, 0);
  table.push(['all', ...runs.flatMap(({asked, written}) => [sum(asked), sum(written)])]);
  process.stdout.write(
    `${invoices} invoices with lines, ${journalLines} journal lines, three companies\n${table.toString()}\n`,
  );
  for (const {title, calls, uploads, statements, records, peakMb} of runs) {
    const costs = `${calls} calls, tokens included, ${uploads} uploads, ${statements} statements`;
    process.stdout.write(`${title}: ${costs}, ${records} records read, ${peakMb.toFixed(0)} MB at most\n`);
  }
}
