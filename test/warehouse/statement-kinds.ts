import assert from 'node:assert/strict';
import type {Field} from 'apache-arrow';
import {quoteName} from '../../src/base/quoting.ts';
import {column, whole} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import {contentColumnsOf, rawSchema, stagingSchema} from '../../src/model/table.ts';
import {controlTables} from '../../src/warehouse/control-tables.ts';
import {placesIn} from '../../src/warehouse/places.ts';
import {addColumns, allowWidening, commentColumn, widenColumn} from '../../src/warehouse/sql/alter-table.ts';
import {blankRows, clearStaging, forgetWindows, noteRules} from '../../src/warehouse/sql/apply-privacy.ts';
import {atomicBlock} from '../../src/warehouse/sql/atomic-block.ts';
import {bindCompanies, settledCompanies} from '../../src/warehouse/sql/bind-companies.ts';
import {copyInto} from '../../src/warehouse/sql/copy-into.ts';
import {countGone, countRenamed, unionOfLosses} from '../../src/warehouse/sql/count-gone.ts';
import {countHeld} from '../../src/warehouse/sql/count-held.ts';
import {countStaged} from '../../src/warehouse/sql/count-staged.ts';
import {createSchema} from '../../src/warehouse/sql/create-schema.ts';
import {createTable} from '../../src/warehouse/sql/create-table.ts';
import {describeTable} from '../../src/warehouse/sql/describe-table.ts';
import {countDoubled, keepOne} from '../../src/warehouse/sql/doubled-rows.ts';
import {expectMoved, expectStaged, expectWithin} from '../../src/warehouse/sql/expectations.ts';
import {fillColumns} from '../../src/warehouse/sql/fill-columns.ts';
import * as leasing from '../../src/warehouse/sql/lease.ts';
import {countLostLines, mergeLines} from '../../src/warehouse/sql/merge-lines.ts';
import {mergeRecords} from '../../src/warehouse/sql/merge-records.ts';
import {readMissing, recordMissing} from '../../src/warehouse/sql/missing-key.ts';
import {addPrimaryKey} from '../../src/warehouse/sql/primary-key.ts';
import {notePruned, pruneStaging} from '../../src/warehouse/sql/prune-staging.ts';
import {readContents} from '../../src/warehouse/sql/read-contents.ts';
import {readKeys} from '../../src/warehouse/sql/read-keys.ts';
import {readState} from '../../src/warehouse/sql/read-state.ts';
import {readUnlisted} from '../../src/warehouse/sql/read-unlisted.ts';
import {recordResync} from '../../src/warehouse/sql/record-resync.ts';
import {lastCertified, readReport, recordCalls, recordRuns, recordTables} from '../../src/warehouse/sql/record-run.ts';
import {moveCheckpoints, noteLoads} from '../../src/warehouse/sql/settle.ts';
import {readSweeps, recordSweeps} from '../../src/warehouse/sql/sweep.ts';
import {showProperties} from '../../src/warehouse/sql/table-properties.ts';
import {tableStates} from '../../src/warehouse/sql/table-states.ts';
import {tally} from '../../src/warehouse/sql/tally.ts';
import {invoice, linesOf, partner, plan, unit} from './resources.ts';

const places = placesIn({catalog: 'main', schema: 'visma'});
const lines = linesOf(invoice);
type Controls = [string, string, string, string];
const [lease, checkpoint, load, privacy] = ['lease', 'checkpoint', 'load', 'privacy'].map(places.control) as Controls;
const ranAt = {
  version: '0.2.0',
  startedAt: '2026-03-01T06:00:00.000Z',
  endedAt: '2026-03-01T06:01:00.250Z',
  secondsAgo: 0,
};
const hostile = "x'; DROP TABLE `supplier` --\\";

const loads = [
  {loadId: '20260301t060000-a', sequence: 1, isFirst: true, isTaken: true},
  {loadId: '20260301t070000-b', sequence: 2, isFirst: false, isTaken: true},
];
const loadIds = loads.map(each => each.loadId);
const lists = [
  {loadId: '20260301t060000-c', sequence: 1, isFirst: true, isTaken: false},
  {loadId: '20260301t070000-d', sequence: 2, isFirst: false, isTaken: true},
];
const marks = [{companyId: hostile, loadId: '20260301t070000-d', bounds: []}];
const spared = marks.map(mark => ({...mark, spared: ['1', hostile]}));
const [branch, year] = ['branch', 'financial_year'].map(name => fieldOf(plan, name)) as [Field, Field];
const slices = ['NORTH', hostile].map((value, index) => ({
  companyId: 'se',
  loadId: `20260301t07000${index}-d`,
  bounds: [
    {field: branch, value},
    {field: year, value: '2026'},
  ],
}));
const internalId = fieldOf(partner, 'internal_id');
const move = {
  companyId: hostile,
  resource: 'unit',
  slice: '',
  from: 7,
  sequence: 8,
  watermark: undefined,
  nextSince: undefined,
  tailDigest: '',
  tailRows: 0,
  passSeconds: 0.001,
  rowsHeld: undefined,
  resume: undefined,
  provisional: undefined,
  loadId: '20260301t060000-c',
  loadIds: '["20260301t060000-c"]',
};
const none: ReadonlySet<string> = new Set();

const bothOf = ({name}: {name: string}) => ({raw: places.raw(name), staging: places.staging(name)});
const sidesOf = ({table}: {table: typeof lines}) => ({...bothOf(table), lease, content: contentColumnsOf(table)});
const parentOf = ({table}: Resource) => ({...bothOf(table), lacking: none});

function fieldOf({table}: Resource, name: string): Field {
  const field = table.schema.fields.find(each => each.name === name);
  assert.ok(field);
  return field;
}

/** Each statement kind with the statements that it can be, one under the other. */
const partnerLines = {
  ...sidesOf({table: linesOf(partner)}),
  parent: {...parentOf(partner), internalId},
  loads,
};

/** Every kind of statement of the room, by the drawer that writes it. */
export const kinds: Readonly<Record<string, () => readonly string[]>> = {
  'create-schema': () => places.schemas.map(createSchema),
  'create-table': () => [
    createTable({
      name: places.raw('invoice_line'),
      comment: lines.comment,
      fields: rawSchema(lines).fields,
      key: ['company_id', 'record_id'],
      properties: {'delta.enableChangeDataFeed': 'true'},
    }),
    createTable({name: places.staging('invoice'), comment: "It's staged", fields: stagingSchema(invoice.table).fields}),
    ...controlTables.map(({name, comment, fields}) => createTable({name: places.control(name), comment, fields})),
  ],
  'primary-key': () => [
    addPrimaryKey({name: places.raw('invoice'), constraint: 'invoice_key', key: ['company_id', 'record_id']}),
  ],
  'describe-table': () => [describeTable(quoteName('main', 'odd`schema', 'invoice'))],
  'alter-table': () => [
    addColumns(places.raw('invoice'), invoice.table.schema.fields.slice(1, 3)),
    allowWidening(places.raw('invoice')),
    widenColumn(places.raw('invoice'), column('count', whole, {comment: 'How many'})),
    commentColumn(places.raw('invoice'), column('count', whole, {comment: "How many: the supplier's"})),
  ],
  'fill-columns': () => [fillColumns(places.raw('invoice'), invoice.table.schema.fields)],
  'copy-into': () => [
    copyInto({
      target: places.staging('invoice'),
      fields: stagingSchema(invoice.table).fields,
      inFiles: new Set(
        stagingSchema(invoice.table)
          .fields.map(field => field.name)
          .filter(name => name !== 'hold'),
      ),
      folder: '/Volumes/main/visma_staging/landing',
      files: ['invoice/20260301t060000-a/invoice-00000.parquet', 'invoice/20260301t060000-a/invoice-00001.parquet'],
    }),
  ],
  'count-staged': () => [
    countStaged(
      [
        {table: 'invoice', staging: places.staging('invoice')},
        {table: 'invoice_line', staging: places.staging('invoice_line')},
      ],
      loadIds,
    ),
  ],
  'count-gone': () => [
    countGone({raw: places.raw('unit'), staging: places.staging('unit')}, marks),
    countGone({raw: places.raw('plan'), staging: places.staging('plan')}, slices),
    countRenamed({...bothOf(partner.table), internalId, lacking: none}, loads),
    unionOfLosses(
      ['unit', 'unit_line'].map(table => ({
        table,
        loss: 'lines',
        sql: "SELECT 'se' AS company_id, 2 AS live, 1 AS gone",
      })),
    ),
  ],
  'merge-records': () => [
    mergeRecords({...sidesOf(invoice), loads, marks: [], lacking: new Set(['supplier_number', 'document_date'])}),
    mergeRecords({...sidesOf(unit), loads: lists, marks: spared, lacking: none}),
    mergeRecords({...sidesOf(partner), loads, marks: [], lacking: none, internalId}),
    mergeRecords({...sidesOf(plan), loads: lists, marks: slices, lacking: none}),
    mergeRecords({...sidesOf(plan), loads: lists, marks: slices, lacking: none, reread: true}),
  ],
  'merge-lines': () => [
    mergeLines({...sidesOf({table: lines}), parent: parentOf(invoice), loads, marks: [], lacking: none}),
    mergeLines({...sidesOf({table: lines}), parent: parentOf(invoice), loads, marks: [], lacking: none, reread: true}),
    mergeLines({
      ...sidesOf({table: linesOf(unit)}),
      parent: parentOf(unit),
      loads: lists,
      marks,
      lacking: new Set(['amount']),
    }),
    mergeLines({
      ...sidesOf({table: linesOf(partner)}),
      parent: {...parentOf(partner), internalId, lacking: new Set(['internal_id'])},
      loads,
      marks: [],
      lacking: none,
    }),
    mergeLines({
      ...sidesOf({table: linesOf(plan)}),
      parent: parentOf(plan),
      loads: lists,
      marks: slices,
      lacking: none,
    }),
    mergeLines({...partnerLines, marks: [], lacking: none, absent: 'segments.lines'}),
    countLostLines({...sidesOf({table: lines}), parent: parentOf(invoice), loads}),
    countLostLines({...partnerLines, absent: 'lines'}),
  ],
  lease: () => [
    leasing.takeLease(lease, {leaseSeconds: 900}),
    leasing.renewLease(lease, {leaseSeconds: 900}),
    leasing.readLease(lease),
    leasing.releaseLease(lease),
    leasing.setFence(lease),
    leasing.showTables(places.rawSchema),
    leasing.newestCommits([{table: places.raw('invoice'), column: '_commit'}]),
  ],
  'read-state': () => [readState({company: places.control('company'), checkpoint, load, lease, privacy})],
  'bind-companies': () => [
    bindCompanies(places.control('company'), [
      {companyId: 'se', tenantId: '7c1f'},
      {companyId: hostile, tenantId: '8d20'},
    ]),
    settledCompanies(load, ['se', hostile]),
  ],
  settle: () => [
    moveCheckpoints({checkpoint, lease}, [
      {
        companyId: 'se',
        resource: 'invoice',
        slice: '',
        from: 0,
        sequence: 2,
        watermark: '2026-03-01T06:59:58.740',
        nextSince: '2026-03-01T04:59:46.240',
        tailDigest: '00ff00ff00ff00ff00ff00ff00ff00ff',
        tailRows: 12,
        passSeconds: 12.5,
        rowsHeld: 4000000000,
        resume: '{"begunAt":"2026-03-01T06:00:00.000Z"}',
        provisional: true,
        loadId: '20260301t060000-a',
        loadIds: '["20260301t050000-a","20260301t060000-a"]',
      },
      move,
    ]),
    noteLoads({load, lease}, [
      {loadId: 'a', companyId: 'se', resource: 'invoice', slice: '', sequence: 1, state: 'settled', reason: undefined},
      {
        loadId: 'b',
        companyId: hostile,
        resource: 'unit',
        slice: '',
        sequence: 9,
        state: 'set aside',
        reason: "isn't whole",
      },
    ]),
  ],
  'apply-privacy': () => [
    blankRows({raw: places.raw('invoice'), lease, columns: ['supplier_number', 'amount']}),
    blankRows({raw: places.raw('invoice'), lease, columns: [], holding: ['lines', 'taxDetails']}),
    clearStaging(places.staging('invoice'), lease),
    forgetWindows(checkpoint, lease, ['invoice', 'unit']),
    noteRules(privacy, lease, [
      {resource: 'invoice', fingerprint: '00ff', rules: '{"protected":{"supplier.number":"hash"},"salt":"ab"}'},
      {resource: 'unit', fingerprint: '', rules: '{"protected":{},"salt":null}'},
    ]),
  ],
  'doubled-rows': () => [
    countDoubled(['invoice', 'invoice_line'].map(table => ({table, raw: places.raw(table)}))),
    keepOne({raw: places.raw('invoice'), lease, columns: ['company_id', 'record_id', '_ingested_at', '_commit']}),
  ],
  'record-run': () => [
    readReport(places.control('run')),
    lastCertified(places.control('run'), 'all'),
    lastCertified(places.control('run'), 'up to'),
    recordRuns(places.control('run'), [
      {...ranAt, runId: 'run-1', command: 'sync', exitCode: 0, report: '{"notes":[]}'},
      {...ranAt, runId: 'run-2', command: 'land', secondsAgo: 90, exitCode: 3, report: `{"company":"${hostile}"}`},
    ]),
    recordTables(places.control('table_run'), [
      {runId: 'run-1', table: 'invoice', staged: 5, inserted: 3, updated: 1, gone: 0},
    ]),
    recordCalls(places.control('api_call'), [
      {runId: 'run-1', company: 'se', resource: undefined, status: 200, calls: 1, bytes: 900},
      {runId: 'run-2', company: hostile, resource: 'invoice', status: 429, calls: 2, bytes: 0},
    ]),
  ],
  'count-held': () => [
    countHeld(load, [
      {label: 'invoice', name: places.raw('invoice'), isOfJournals: false},
      {label: "it's", name: places.raw('journal_line'), isOfJournals: true},
    ]),
  ],
  'table-states': () => [
    tableStates([
      {label: 'invoice', name: places.raw('invoice')},
      {label: 'invoice_line', name: places.raw('invoice_line')},
    ]),
  ],
  'table-properties': () => [showProperties(checkpoint)],
  expectations: () => [
    expectStaged(
      [
        {loadId: '20260301t060000-a', table: 'invoice', rows: 12},
        {loadId: '20260301t070000-b', table: 'invoice', rows: 0},
      ],
      countStaged([{table: 'invoice', staging: places.staging('invoice')}], loadIds),
    ),
    ...[[], ['se', hostile]].map(consented =>
      expectWithin(
        {rowsMax: 20, shareMax: 0.3, consented},
        countGone({raw: places.raw('unit'), staging: places.staging('unit')}, marks),
      ),
    ),
    expectMoved(checkpoint, [move]),
  ],
  tally: () => [
    tally(
      ['invoice', 'invoice_line'].map(table => ({table, raw: places.raw(table)})),
      {fence: 7, loads: loadIds},
    ),
  ],
  'atomic-block': () => [
    atomicBlock([
      {sql: "SELECT 'for :owner;'", parameters: {owner: 'nobody'}},
      {sql: moveCheckpoints({checkpoint, lease}, [move]), parameters: {owner: hostile, fence: 7n, run_id: 'run-7'}},
      {sql: expectMoved(checkpoint, [move]), parameters: {run_id: 'run-7'}},
    ]),
  ],
  'read-keys': () => [
    readKeys({raw: places.raw('unit'), rowVersion: undefined, asked: [], period: undefined}),
    readKeys({raw: places.raw('plan'), rowVersion: undefined, asked: [branch, year], period: undefined}),
    ...[false, true].map(without =>
      readKeys({
        raw: places.raw('partner'),
        rowVersion: fieldOf(partner, 'time_stamp'),
        asked: [],
        period: {field: fieldOf(partner, 'financial_period'), without},
      }),
    ),
  ],
  sweep: () => [
    readSweeps(places.control('sweep')),
    recordSweeps(places.control('sweep'), [
      {
        runId: 'run-7',
        companyId: hostile,
        resource: 'invoice',
        slice: '',
        period: '202603',
        ...{keys: 40, lacking: 1, differing: 2, missing: 3, marked: 0},
        sweptAt: new Date('2026-03-01T06:00:00.000Z'),
      },
    ]),
  ],
  'missing-key': () => [
    readMissing(places.control('missing_key')),
    recordMissing(places.control('missing_key'), [
      {companyId: 'se', resource: 'invoice', recordId: 'found'},
      {companyId: hostile, resource: 'invoice', recordId: hostile, runId: 'run-7'},
    ]),
  ],
  'record-resync': () => [
    recordResync({resync: places.control('resync'), lease: places.control('lease')}, [
      {
        runId: 'run-7',
        companyId: 'se',
        resource: 'invoice',
        slice: '',
        scope: 'period 202603',
        requestedBy: 'anna@example.com',
        reason: hostile,
        read: 40,
        differing: 2,
      },
    ]),
  ],
  'read-unlisted': () => [readUnlisted(bothOf(plan.table), slices)],
  'read-contents': () => [
    readContents({raw: places.raw('unit'), lines: []}),
    readContents({raw: places.raw('invoice'), lines: ['invoice_line', 'invoice_tax_detail'].map(places.raw)}),
  ],
  'prune-staging': () => [pruneStaging(places.staging('invoice'), loadIds), notePruned(load, ['20260301t060000-a'])],
};
