import assert from 'node:assert/strict';
import test from 'node:test';
import {type Entity, entitiesIn, exact, numberText} from '../../sim/visma/exact.ts';
import {assertLines, findings, loadedBooks, mapping, postedLines, proofStates} from '../ledger-books.ts';
import type {World} from '../world.ts';

/*
 * Three entities whose ledgers are green, and six ways to spoil one of them: each is found by the check that is for it
 * and by no other, named exactly, and mended where that can be done.
 */

const collection = 'journaltransaction';
const hourMs = 3_600_000;

const batchesOf = ({visma}: World, company: string): readonly Entity[] =>
  (visma.truth(company)[collection] ?? []).filter(({status}) => status === 'Posted');

const keyOf = (batch: Entity): [string, string] => [String(batch['module']), String(batch['batchNumber'])];
const linesOf = (batch: Entity): readonly Entity[] => entitiesIn(batch['journalTransactionLines']);
const accountsOf = (batch: Entity): readonly string[] => [
  ...new Set(linesOf(batch).map(line => String(line['accountNumber']))),
];
const dashed = (period: string): string => period.replace(/(\d\d)$/, '-$1');

function batchWith(world: World, company: string, holds: (batch: Entity) => boolean): Entity {
  return batchesOf(world, company).findLast(holds) ?? assert.fail(`no such batch of ${company}`);
}

const rows = async (world: World, sql: string): Promise<readonly string[]> =>
  (await world.query(sql)).map(row => Object.values(row).join(' '));

const closedPeriods = (world: World, company: string): Promise<readonly string[]> =>
  rows(
    world,
    `SELECT financial_period FROM main.visma_control.period_close
    WHERE company_id = '${company}' AND reopened_at IS NULL ORDER BY 1`,
  );

/** Findings, events and cells that differed, as far as anything was found at all. */
async function found(world: World): Promise<readonly string[]> {
  const [events, cells] = await Promise.all([
    rows(world, 'SELECT company_id, event, record_id FROM main.visma_control.period_event ORDER BY ALL'),
    rows(world, 'SELECT company_id, financial_period, account FROM main.visma_control.reconciliation ORDER BY ALL'),
  ]);
  return [...(await findings(world)), ...events, ...cells];
}

async function assertGreen(world: World): Promise<void> {
  await assertLines(world);
  assert.deepEqual(Object.keys(await proofStates(world)), ['proven']);
}

const cases: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'a batch that does not balance': async world => {
    const {visma} = world;
    const batch = batchWith(world, 'se', ({module}) => module === 'ModuleCA');
    const place = {company: 'se', collection, key: keyOf(batch), place: 0};
    visma.clock.advance(hourMs);
    visma.changeLine({...place, fields: {debitAmount: exact('1234567.89')}, totals: false});
    assert.equal((await world.run('sync')).exitCode, 0, 'the ERP says so itself');
    const id = keyOf(batch).join('/');
    const named = ['balance', 'control_total', 'debit_total'].map(check => `se ${check} ${id}`);
    assert.deepEqual(await found(world), named);
    visma.clock.advance(hourMs);
    const debit = numberText(linesOf(batch)[0]?.['debitAmount']) ?? '';
    visma.changeLine({...place, fields: {debitAmount: exact(debit)}});
    await world.run('sync');
    assert.deepEqual(await found(world), []);
    await assertGreen(world);
  },

  'a line that was changed without a stamp': async world => {
    const {visma} = world;
    const batch = batchWith(world, 'no', ({module}) => module === 'ModuleGL');
    const [before = ''] = accountsOf(batch);
    const to = before === '6553' ? '6340' : '6553';
    const silently = {stamp: false, rowVersion: false};
    visma.changeLine({
      company: 'no',
      collection,
      key: keyOf(batch),
      place: 0,
      fields: {accountNumber: to},
      ...silently,
    });
    assert.equal((await world.run('sync')).statements, 0, 'no delta can tell');
    const report = await world.run('reconcile');
    const told = report.notes.filter(note => note.includes('differ from'));
    assert.equal(told.length, 1);
    const period = String(batch['financialPeriod']);
    assert.match(told[0] ?? '', new RegExp(`^2 of \\d+ accounts of no differ .* in ${period}: both are read again$`));
    assert.deepEqual([report.exitCode, await found(world)], [0, []], 'read again, it stands');
    await assertGreen(world);
  },

  'a batch that was deleted': async world => {
    const {visma} = world;
    const batch = batchWith(world, 'dk', each => each['module'] === 'ModuleCA' && linesOf(each).length > 1);
    const [period, number] = [String(batch['financialPeriod']), Number(batch['batchNumber'])];
    visma.delete({company: 'dk', collection, key: keyOf(batch)});
    const failed = await world.run('reconcile', {period: dashed(period)});
    assert.equal(failed.exitCode, 1);
    const cells = failed.details?.map(cell => [cell['company'], cell['period'], cell['account']].join(' '));
    const named = accountsOf(batch).map(account => `dk ${period} ${account}`);
    assert.deepEqual([...new Set(cells)].toSorted(), named.toSorted());
    const repaired = await world.run('reconcile', {period: dashed(period), repair: true});
    assert.deepEqual([repaired.exitCode, repaired.problems], [0, []]);
    await assertGreen(world);
    const isLast = batchesOf(world, 'dk').every(
      each => each['module'] !== 'ModuleCA' || Number(each['batchNumber']) < number,
    );
    const gap = isLast ? [] : [`dk gap ModuleCA/${number}..${number}`];
    assert.deepEqual(await findings(world), gap, 'its number is missing from now on');
  },

  'a posting into a closed period': async world => {
    const {visma} = world;
    const before = await findings(world);
    const [period = ''] = await closedPeriods(world, 'se');
    const {
      lastModifiedDateTime: _,
      timeStamp: __,
      ...content
    } = batchWith(world, 'se', ({module}) => module === 'ModuleCA');
    visma.clock.advance(hourMs);
    const late = {...content, batchNumber: 'LATE', financialPeriod: period};
    visma.insert({company: 'se', collection, record: late});
    assert.deepEqual((await world.run('sync')).problems, []);
    const ids = linesOf(late).map(line => `se added ModuleCA/LATE/${String(line['lineNumber'])} ${period}`);
    const events = await rows(
      world,
      'SELECT company_id, event, record_id, period_after FROM main.visma_control.period_event ORDER BY record_id',
    );
    assert.deepEqual(events, ids.toSorted());
    const moved = await rows(
      world,
      `SELECT DISTINCT account FROM main.visma.ledger_at_close WHERE has_moved
      AND company_id = 'se' AND financial_period = '${period}' ORDER BY 1`,
    );
    assert.deepEqual(moved, accountsOf(late).toSorted());
    assert.deepEqual(await findings(world), before);
    await assertGreen(world);
  },

  'an account that was renamed': async world => {
    const {visma} = world;
    const closed = new Set(await closedPeriods(world, 'no'));
    const periods = new Set(
      postedLines(world).flatMap(line => (line.company === 'no' && line.account === '5000' ? [line.period] : [])),
    );
    assert.ok(periods.size > 1);
    visma.rename({company: 'no', collection: 'account', key: ['5000'], to: '5009', lines: true, stamp: false});
    const report = await world.run('reconcile', {companies: 'no'});
    const told = report.notes.flatMap(note => /accounts of no differ .* in (\d{6}): both/.exec(note)?.[1] ?? []);
    assert.deepEqual(told.toSorted(), [...periods].toSorted());
    assert.deepEqual([report.exitCode, report.problems], [0, []], 'read again, it stands');
    const renamed = await rows(
      world,
      `SELECT DISTINCT account_before, account_after, COALESCE(period_after, period_before) AS period
      FROM main.visma_control.period_event WHERE company_id = 'no' ORDER BY 3`,
    );
    const inClosed = [...periods].filter(period => closed.has(period)).toSorted();
    assert.deepEqual(
      renamed,
      inClosed.map(period => `5000 5009 ${period}`),
      'and is an event where it was closed',
    );
    await assertGreen(world);
  },

  'a mapping that was changed': async world => {
    const former = await rows(world, 'SELECT DISTINCT fingerprint FROM main.visma_control.ledger_mapping');
    const [revenue, ...others] = mapping.routes;
    const ledger = {...mapping, routes: [{...revenue, group: 'sales', table: 'gl_sales'}, ...others]};
    assert.deepEqual((await world.run('sync', {ledger})).problems, []);
    const mappings = await rows(
      world,
      `SELECT fingerprint, mapping LIKE '%"group":"sales"%' AS is_new FROM main.visma_control.ledger_mapping
      ORDER BY is_new`,
    );
    assert.equal(mappings.length, former.length + 1);
    assert.match(mappings.at(-1) ?? '', / true$/);
    const groups = await rows(
      world,
      `SELECT DISTINCT account_group FROM main.visma.general_ledger WHERE account LIKE '3%' ORDER BY 1`,
    );
    assert.deepEqual(groups, ['sales']);
    await assertGreen(world);
  },
};

const allOf: test.TestOptions = {timeout: 900_000};

test('six ways to spoil green ledgers are each found by their own check, named exactly, and mended', allOf, async t => {
  const world = await loadedBooks(t);
  await assertGreen(world);
  assert.deepEqual(await found(world), []);
  for (const [what, spoil] of Object.entries(cases)) await t.test(what, () => spoil(world));
});
