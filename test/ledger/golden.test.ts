import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {placesIn, type SourceTable} from '../../src/ledger/places.ts';
import {createAsOf} from '../../src/ledger/sql/as-of.ts';
import {countFindings, readFence, readPeriods, sumLines} from '../../src/ledger/sql/attest.ts';
import {moveProgress, readMappings, readProgress, recordMapping} from '../../src/ledger/sql/checkpoint.ts';
import {acceptGone, readFacts, recogniseAccounts, withdrawGone} from '../../src/ledger/sql/company-fact.ts';
import {seenTables} from '../../src/ledger/sql/comparison.ts';
import {addColumns, createTable, describeTable} from '../../src/ledger/sql/create-table.ts';
import {groupGaps} from '../../src/ledger/sql/group-gaps.ts';
import {checkJournals} from '../../src/ledger/sql/journal-check.ts';
import {type Ground, recordCompanies} from '../../src/ledger/sql/mapped.ts';
import {blankCopy, routedTables} from '../../src/ledger/sql/mask-copies.ts';
import {countUnrouted, mergeLedger} from '../../src/ledger/sql/merge-ledger.ts';
import {newestVersion} from '../../src/ledger/sql/newest-version.ts';
import {recordBalances, recordCloses, recordVersion} from '../../src/ledger/sql/period-close.ts';
import {noteEvents} from '../../src/ledger/sql/period-event.ts';
import {findLost} from '../../src/ledger/sql/posted-lines.ts';
import {noteDue, proofOf, readDifferences, recordDifferences, recordProofs} from '../../src/ledger/sql/proof.ts';
import {clearRouted, fillRouted} from '../../src/ledger/sql/routed-table.ts';
import {readLedgerFindings, readStanding} from '../../src/ledger/sql/standing.ts';
import {createViews} from '../../src/ledger/sql/views.ts';
import {generalLedger, ledgerFields} from '../../src/model/general-ledger.ts';
import {companyId} from '../../src/model/names.ts';

const folder = path.join(import.meta.dirname, 'golden');
const hostile = companyId("x'; DROP TABLE `account` --\\");
const places = placesIn({catalog: 'main', schema: 'visma'});
const companies = [
  {id: companyId('se'), name: 'Nordic', tenantId: 't-se', currency: 'SEK'},
  {id: hostile, name: 'Hostile', tenantId: 't-x', currency: 'NOK'},
];

/** Every part of a mapping at once. */
const rich: Ground = {
  places,
  companies,
  mapping: {
    ledgers: ['1', "A'B"],
    routes: [
      {
        accounts: [
          {from: '3000', to: '3999'},
          {from: '0100', to: '0100'},
        ],
        group: 'revenue',
        table: 'gl_revenue',
        column: 'net_revenue',
        intercompany: false,
      },
      {accounts: [{from: "O'N", to: "O'N"}], companies: [hostile], group: "it's", intercompany: true},
    ],
    unrouted: 'fail',
    dimensions: [
      {by: {segment: 1}, column: 'cost_center'},
      {by: {dimension: "Projekt's"}, column: 'project_code'},
    ],
    groupCurrency: 'SEK',
    rates: {type: 'SPOT', company: companyId('se')},
  },
};

/** The least that can be configured. */
const plain: Ground = {places, companies, mapping: {ledgers: [], routes: [], unrouted: 'other', dimensions: []}};

const some: ReadonlySet<SourceTable> = new Set([
  ...(['journal_transaction', 'journal_transaction_line', 'account', 'subaccount'] as const),
  ...(['subaccount_segment', 'dimension_segment_value', 'currency_rate'] as const),
]);
const periods = [{companyId: hostile, period: '202603'}];
const scope = {companies: ['se', hostile], unlisted: []};
const named = {companies: [hostile], periods, unlisted: [{companyId: hostile, recordId: "1/1/202603/O'N/%00/SEK"}]};
const evidence = {
  ...{postedLines: 4, otherLines: 1, ledgerLines: 3, unreadable: 0, balanceRows: 2, systemRows: 0},
  ...{postedByLedger: "1: 3, B'D: 1", balancesByLedger: '1: 2', postedDebit: '10.5000000000', postedCredit: '10.5'},
};
const proofs = periods.map(each => ({
  ...each,
  state: 'differs' as const,
  cells: 3,
  balances: 2,
  differing: 1,
  evidence,
}));
const compared = Object.fromEntries(seenTables.map((table, place) => [table, place]));
const fields = ledgerFields(rich.mapping.dimensions);
const cluster = ['account_group', 'company_id', 'financial_period'];

/** Each statement kind with the statements that it can be, one under the other. */
const kinds: Readonly<Record<string, () => readonly string[]>> = {
  'create-table': () => [
    createTable({name: places.raw(generalLedger), comment: 'Every posted line', fields, cluster}),
    addColumns(places.raw(generalLedger), fields.slice(-2)),
    describeTable(places.raw(generalLedger)),
  ],
  attest: () => [
    readFence(places),
    sumLines(places, scope.companies),
    countFindings(places, scope.companies),
    readPeriods(places, scope.companies),
  ],
  checkpoint: () => [
    readProgress(places),
    moveProgress(places, [
      ['account', 3],
      ['journal_transaction', 0],
    ]),
    recordMapping(places),
    readMappings(places),
  ],
  'merge-ledger': () => [
    mergeLedger(rich, {reach: some}),
    mergeLedger({...rich, whole: [hostile]}, {reach: 'all', retired: ['department']}),
    mergeLedger(plain, {reach: new Set(['branch'])}),
    countUnrouted(plain, new Set(['account'])),
    findLost(plain, [hostile]),
  ],
  'routed-table': () => [
    clearRouted(rich, 'gl_revenue', 'all'),
    fillRouted(rich, 'gl_revenue', 'all'),
    clearRouted(rich, 'gl_revenue', new Set(['journal_transaction_line', 'account'])),
    clearRouted(rich, 'gl_revenue', new Set(['account'])),
    fillRouted(rich, 'gl_revenue', new Set(['account'])),
  ],
  'journal-check': () => [checkJournals(rich, {all: false}), checkJournals(plain, {all: true})],
  proof: () => [
    noteDue(rich, some),
    noteDue(plain, 'all'),
    proofOf(plain, scope),
    proofOf(rich, named),
    recordDifferences(plain, named, compared),
    readDifferences(plain),
    recordProofs(plain, proofs, compared),
  ],
  'period-close': () => [recordBalances(plain, [hostile]), recordCloses(plain, ['se', hostile]), recordVersion(plain)],
  'company-fact': () => [
    recogniseAccounts(plain, scope.companies),
    acceptGone(rich),
    withdrawGone(places),
    readFacts(places, scope.companies),
  ],
  standing: () => [readStanding(plain), readLedgerFindings(plain), readLedgerFindings(rich)],
  'newest-version': () => [newestVersion(plain)],
  'as-of': () => [createAsOf(places)],
  'period-event': () => [noteEvents(plain, new Set(['journal_transaction']))],
  'mask-copies': () => [
    blankCopy(places, {table: places.raw(generalLedger), columns: ['description'], sets: ['`_commit` = :fence']}),
    blankCopy(places, {table: places.control('period_event'), columns: ['account_before', 'account_after']}),
    routedTables(places),
  ],
  'group-gaps': () => [groupGaps(rich), groupGaps(plain), recordCompanies(rich)],

  views: () => [...createViews(rich), ...createViews(plain).slice(0, 1)],
};

for (const [kind, make] of Object.entries(kinds)) {
  test(`the SQL of the ledger's ${kind} is what was reviewed`, () => {
    const text = `${make().join(';\n\n')};\n`;
    const file = path.join(folder, `${kind}.sql`);
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}

test("every golden file has its statement kind, and every drawer of the ledger's its golden file", () => {
  const drawers = readdirSync(path.join(import.meta.dirname, '../../src/ledger/sql')).map(
    file => path.parse(file).name,
  );
  const parts = [
    'comparison',
    'evidence',
    'mapped',
    'rates',
    'period-days',
    'trial-balance',
    'changed-lines',
    'posted-lines',
  ];
  const whole = drawers.filter(name => !parts.includes(name));
  assert.deepEqual(readdirSync(folder).toSorted(), whole.map(name => `${name}.sql`).toSorted());
  assert.deepEqual(Object.keys(kinds).toSorted(), whole.toSorted());
});
