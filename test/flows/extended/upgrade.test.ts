import assert from 'node:assert/strict';
import {mkdtemp, readFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {Command} from '../../../src/app/app.ts';
import {type Clock, systemClock} from '../../../src/base/clock.ts';
import {quoteName} from '../../../src/base/quoting.ts';
import {controlTables as ledgerTables} from '../../../src/ledger/control-tables.ts';
import type {Report} from '../../../src/model/report.ts';
import {controlTables} from '../../../src/warehouse/control-tables.ts';
import {type Entity, parseExactly} from '../../sim/visma/exact.ts';
import {unpack} from '../archive.ts';
import {assertLines, mappingOf, proofStates} from '../ledger-books.ts';
import {World} from '../world.ts';

/*
 * Tables that version 0.2.0 made itself, opened by this version. The fixture also holds the records that Visma.net had
 * then, so that changes to the simulator's books do not reach this test.
 */

const resources = [
  ...['account', 'ledger', 'branch', 'financial_period', 'currency_rate', 'subaccount', 'dimension'],
  ...['journal_transaction', 'general_ledger_balance', 'general_ledger_transaction', 'supplier'],
];
/** Rows of 0.2.0 keep what the list was asked for in `_record` until their content changes, so they differ there. */
const comparable = resources.filter(name => name !== 'general_ledger_transaction');
const companies = ['se', 'no'];
const environment = {VISMA_PRIVACY_SALT: 'no secret: a salt of the fixture'};
const startsAt = '2026-03-20T10:30:00Z';

/** Hours after the fixture was made, and running: the tables hold times of then. */
function laterClock(): Clock {
  const ahead = Date.parse(startsAt) - Date.now();
  return {...systemClock, now: () => new Date(ahead + Date.now())};
}

async function openEarlier(t: TestContext): Promise<{world: World; run: (command: Command) => Promise<Report>}> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-upgrade-'));
  await unpack(folder);
  const clock = laterClock();
  const world = await World.at(t, folder, {
    visma: {companies, size: 'empty', now: startsAt},
    clock,
    environment,
    ledger: mappingOf(companies),
    privacy: [{resource: 'supplier', columns: ['main_contact_email'], rule: 'hash'}],
    sync: {resources},
  });
  await fill(world, path.join(folder, 'books.json'));
  return {world, run: command => world.run(command, {clock})};
}

async function fill({visma}: World, file: string): Promise<void> {
  const books = parseExactly(await readFile(file, 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, readonly Entity[]>>>
  >;
  for (const [company, collections] of Object.entries(books)) {
    for (const [collection, records] of Object.entries(collections)) {
      for (const record of records) visma.insert({company, collection, record});
    }
  }
}

/** All rows of a table, rows of distinct records, rows that are marked deleted. */
async function countsOf(world: World, table: string): Promise<readonly number[]> {
  const [row] = await world.query(`SELECT COUNT(*) AS held, COUNT(DISTINCT company_id || ' ' || record_id) AS records,
    COUNT(_deleted_at) AS deleted FROM main.visma.${table}`);
  return [Number(row?.['held']), Number(row?.['records']), Number(row?.['deleted'])];
}

const tables = ['account', 'supplier', 'journal_transaction', 'journal_transaction_line', 'general_ledger_transaction'];
const heldIn = (world: World): Promise<ReadonlyArray<readonly number[]>> =>
  Promise.all(tables.map(table => countsOf(world, table)));

const changedIn = (report: Report): readonly string[] =>
  report.tables
    .filter(each => each.new + each.changed + each.gone > 0)
    .map(({table, changed}) => `${table} ${changed}`);

const ended = ({exitCode, problems}: Report): object => ({exitCode, problems});
const well = {exitCode: 0, problems: []};

test('tables that version 0.2.0 made are upgraded in place, and the loads that it left are committed', async t => {
  const {world, run} = await openEarlier(t);
  const before = await heldIn(world);
  const [earlier] = await world.query('SELECT run_id FROM main.visma_control.run ORDER BY started_at LIMIT 1');

  await t.test('the first sync commits what waited, and rewrites nothing else', async () => {
    const report = await run('sync');
    assert.deepEqual(ended(report), well);
    assert.deepEqual(changedIn(report), ['supplier 1', 'journal_transaction_line 1', 'general_ledger_transaction 1']);
    assert.deepEqual(await heldIn(world), before);
    const renamed = await world.query("SELECT name FROM main.visma.supplier WHERE name LIKE '%Supplier AB'");
    assert.deepEqual(renamed, [{name: 'Waiting Supplier AB'}]);
    await world.assertTruth({resources: comparable.filter(name => name !== 'general_ledger_balance')});
  });

  await t.test('every control table has the columns of today', async () => {
    for (const {name, fields} of [...controlTables, ...ledgerTables]) {
      const columns = fields.map(field => quoteName(field.name)).join(', ');
      await world.query(`SELECT ${columns} FROM main.visma_control.${name} LIMIT 1`);
    }
  });

  await t.test('the ledger is rebuilt, and every period is proven with its evidence', async () => {
    assert.ok((await assertLines(world)) > 0);
    assert.deepEqual(await proofStates(world), {proven: 36});
    const [bare] = await world.query(`SELECT COUNT(*) AS n FROM main.visma_control.period_proof
      WHERE posted_lines IS NULL OR ledger_lines IS NULL OR cells IS NULL`);
    assert.equal(Number(bare?.['n']), 0);
  });

  await t.test('a run that finds nothing new sends no statement', async () => {
    const report = await run('sync');
    assert.deepEqual([ended(report), report.statements, report.uploads], [well, 0, 0]);
  });

  await t.test('the certificate of a run of 0.2.0 can be read, and is genuine', async () => {
    const output = path.join(world.folder, 'certificate.html');
    const report = await world.run('certificate', {run: String(earlier?.['run_id']), output});
    assert.deepEqual(ended(report), well);
    assert.match(await readFile(output, 'utf8'), /0\.2\.0/);
  });

  await t.test('a day of business follows', async () => {
    const {visma} = world;
    visma.clock.advance(24 * 3_600_000);
    const [supplier] = visma.truth('no')['supplier'] ?? [];
    const key = String(supplier?.['number']);
    visma.change({company: 'no', collection: 'supplier', key, fields: {name: 'A Day Later AS'}});
    const batch = visma.truth('se')['journaltransaction']?.find(({status}) => status === 'Posted');
    const batchKey = [String(batch?.['module']), String(batch?.['batchNumber'])];
    const fields = {transactionDescription: 'a day later'};
    visma.changeLine({company: 'se', collection: 'journaltransaction', key: batchKey, place: 0, fields});
    assert.deepEqual(ended(await run('sync')), well);
    assert.deepEqual(await heldIn(world), before);
    await assertLines(world);
    assert.deepEqual(await proofStates(world), {proven: 36});
  });

  await t.test('a sweep finds the balances of earlier results, which the simulator did not list then', async () => {
    const report = await run('sweep');
    assert.deepEqual([ended(report), changedIn(report)], [well, ['general_ledger_balance 0']]);
    assert.deepEqual(ended(await run('reconcile')), well);
    assert.deepEqual(await proofStates(world), {proven: 36});
    await world.assertTruth({resources: comparable});
  });
});
