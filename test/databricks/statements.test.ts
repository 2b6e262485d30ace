import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {inspect} from 'node:util';
import {Bool, Decimal, Int64, Table, tableToIPC, Utf8, vectorFromArray} from 'apache-arrow';
import {SyncError} from '../../src/base/errors.ts';
import type {WorkspaceOptions} from '../../src/databricks/databricks.ts';
import {kindOfSqlError} from '../../src/databricks/sql-error.ts';
import {tableName} from '../../src/model/names.ts';
import {failureOf, type Opened, openOn} from './opened-workspace.ts';
import {ThriftWarehouse} from './thrift-server.ts';

const merge = {sql: 'MERGE INTO t', label: 'merge', table: tableName('supplier')} as const;

async function openWarehouse(
  t: TestContext,
  options: Partial<WorkspaceOptions> = {},
): Promise<Opened & {warehouse: ThriftWarehouse}> {
  const opened = await openOn(t, options);
  return {...opened, warehouse: new ThriftWarehouse(opened.server, options.httpPath)};
}

const countOf = (warehouse: ThriftWarehouse, call: string): number =>
  warehouse.calls.filter(name => name === call).length;

test('rows come as plain objects: BIGINT as bigint, DECIMAL as text, null as null', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  warehouse.run = () => ({
    columns: [
      {name: 'company_id', type: 'STRING'},
      {name: 'rows', type: 'BIGINT'},
      {name: 'total', type: 'DECIMAL'},
      {name: 'position', type: 'INT'},
      {name: 'open', type: 'BOOLEAN'},
    ],
    rows: [
      ['se', 9_007_199_254_740_993n, '12345678901234567890123456.1234567890', 7, true],
      [null, -1n, '-0.1', null, false],
    ],
  });
  assert.deepEqual(await workspace.statements.run({sql: 'SELECT', label: 'count'}), [
    {
      company_id: 'se',
      rows: 9_007_199_254_740_993n,
      total: '12345678901234567890123456.1234567890',
      position: 7,
      open: true,
    },
    {company_id: null, rows: -1n, total: '-0.1', position: null, open: false},
  ]);
});

test('an answer in Arrow keeps its digits too', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  const unscaled = 1_234_567_890_123_456_789_012_345_678n;
  const decimal = new Decimal(10, 38, 128);
  const words = [unscaled & 0xffffffffn, (unscaled >> 32n) & 0xffffffffn, (unscaled >> 64n) & 0xffffffffn, 0n];
  const table = new Table({
    name: vectorFromArray(['a'], new Utf8()),
    rows: vectorFromArray([9_007_199_254_740_993n], new Int64()),
    total: vectorFromArray([Uint32Array.from(words.map(Number))], decimal),
    open: vectorFromArray([true], new Bool()),
  });
  warehouse.run = () => ({
    columns: [
      {name: 'name', type: 'STRING'},
      {name: 'rows', type: 'BIGINT'},
      {name: 'total', type: 'DECIMAL'},
      {name: 'open', type: 'BOOLEAN'},
    ],
    arrow: {stream: tableToIPC(table, 'stream'), rows: 1},
  });
  assert.deepEqual(await workspace.statements.run({sql: 'SELECT', label: 'count'}), [
    {name: 'a', rows: 9_007_199_254_740_993n, total: '123456789012345678.9012345678', open: true},
  ]);
});

test('a statement without a result is waited for until it has ended, and closed', async t => {
  const {workspace, warehouse, events} = await openWarehouse(t);
  warehouse.run = () => ({polls: 3});
  assert.deepEqual(await workspace.statements.run(merge), []);
  assert.equal(countOf(warehouse, 'GetOperationStatus'), 4);
  assert.equal(countOf(warehouse, 'GetResultSetMetadata'), 0);
  assert.equal(countOf(warehouse, 'CloseOperation'), 1);
  assert.deepEqual(
    events.filter(event => event.event === 'statement'),
    [{event: 'statement', statement: 'merge', table: 'supplier', ms: 0, ok: true}],
  );
});

test('one session serves all statements, opened with the first, bounded in time and in one zone', async t => {
  const {workspace, warehouse} = await openWarehouse(t, {statementTimeoutSeconds: 1234});
  assert.equal(warehouse.sessions.length, 0);
  await Promise.all([workspace.statements.run(merge), workspace.statements.run(merge)]);
  await workspace.statements.run(merge);
  assert.deepEqual(warehouse.sessions, [{STATEMENT_TIMEOUT: '1234', TIMEZONE: 'UTC', ANSI_MODE: 'true'}]);
  await workspace.close();
  assert.equal(countOf(warehouse, 'CloseSession'), 1);
});

test('a path of its own replaces that of the warehouse', async t => {
  const {workspace, warehouse} = await openWarehouse(t, {httpPath: '/sql/protocolv1/o/1/cluster'});
  await workspace.statements.run(merge);
  assert.equal(warehouse.submitted.length, 1);
});

test('the driver writes nothing to stdout, which is for the report', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  const written: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  t.mock.method(process.stdout, 'write', (chunk: string | Uint8Array) => {
    // The test runner's own reports are bytes.
    if (typeof chunk === 'string') written.push(chunk);
    return write(chunk);
  });
  await workspace.statements.run(merge);
  warehouse.run = () => ({error: {sqlState: '42601', message: '[PARSE_SYNTAX_ERROR] near'}});
  await failureOf(workspace.statements.run(merge));
  await workspace.close();
  t.mock.restoreAll();
  assert.deepEqual(written, []);
});

test('every statement bears the tags of the run, its label, its table and its own', async t => {
  const {workspace, warehouse, server} = await openWarehouse(t, {queryTags: {run: 'r1', job: '12:3'}});
  await workspace.statements.run({...merge, tags: {'load:id': 'l1,l2'}});
  assert.equal(
    warehouse.submitted[0]?.confOverlay['query_tags'],
    String.raw`run:r1,job:12\:3,load_id:l1\,l2,statement:merge,table:supplier`,
  );
  assert.match(server.requests(`POST ${warehouse.path}`)[0]?.headers['user-agent'] ?? '', /visma-databricks\/0\.1\.0/);
});

test('parameters are bound by name with their types', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  const parameters = {id: "x'; DROP TABLE t", count: 3, big: 9_007_199_254_740_993n, flag: false, none: null};
  await workspace.statements.run({...merge, parameters});
  assert.deepEqual(warehouse.submitted[0]?.parameters, [
    {name: 'id', type: 'STRING', value: "x'; DROP TABLE t"},
    {name: 'count', type: 'INTEGER', value: '3'},
    {name: 'big', type: 'BIGINT', value: '9007199254740993'},
    {name: 'flag', type: 'BOOLEAN', value: 'FALSE'},
    {name: 'none', type: undefined, value: undefined},
  ]);
});

test('what cannot be bound is refused before it can spoil the connection', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  await workspace.statements.run(merge);
  for (const value of [['a'], {}, Number.NaN, undefined, () => 1]) {
    const error = await failureOf(workspace.statements.run({...merge, parameters: {secret: value as never}}));
    assert.equal(error.kind, 'defect');
    assert.equal(error.facts['parameter'], 'secret');
  }
  const misnamed = await failureOf(workspace.statements.run({...merge, parameters: {'a b': 1}}));
  assert.equal(misnamed.kind, 'defect');
  await workspace.statements.run(merge);
  assert.equal(warehouse.sessions.length, 1);
  assert.equal(warehouse.submitted.length, 2);
});

test('a driver that fails in the middle of writing is not used again', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  await workspace.statements.run(merge);
  const error = await failureOf(workspace.statements.run({...merge, sql: ['no text'] as never}));
  assert.equal(error.kind, 'defect');
  await workspace.statements.run(merge);
  assert.equal(warehouse.sessions.length, 2);
  assert.deepEqual(
    warehouse.submitted.map(({statement}) => statement),
    ['MERGE INTO t', 'MERGE INTO t'],
  );
});

test('conflicts with other writers are repeated until they have passed', async t => {
  const {workspace, warehouse, clock, events} = await openWarehouse(t);
  const errors = [
    {sqlState: '2D521', message: '[DELTA_CONCURRENT_APPEND] Files were added by a concurrent update'},
    {sqlState: '25000', message: '[TRANSACTION_CONCURRENT_COPY_INTO] again'},
    {sqlState: '2D521', message: '[DELTA_METADATA_CHANGED] again'},
    {message: '[DELTA_CONCURRENT_DELETE_READ.SUB_CLASS] again'},
  ];
  warehouse.run = () => {
    const error = errors.shift();
    return error ? {error} : {};
  };
  await workspace.statements.run(merge);
  assert.equal(warehouse.submitted.length, 5);
  assert.equal(warehouse.sessions.length, 1);
  assert.equal(clock.slept.length, 4);
  assert.deepEqual(
    events.filter(event => event.event === 'retry').map(event => [event.what, event.kind]),
    Array(4).fill(['merge of supplier', 'conflict']),
  );
});

const refusals = [
  {kind: 'absent', sqlState: '42P01', errorClass: 'TABLE_OR_VIEW_NOT_FOUND'},
  {kind: 'absent', sqlState: '42704', errorClass: 'SCHEMA_NOT_FOUND'},
  {kind: 'permission', sqlState: '42501', errorClass: 'INSUFFICIENT_PERMISSIONS'},
  {kind: 'permission', sqlState: undefined, errorClass: 'PERMISSION_DENIED'},
  {kind: 'data', sqlState: '21506', errorClass: 'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE'},
  {kind: 'data', sqlState: '22005', errorClass: 'DELTA_FAILED_TO_MERGE_FIELDS'},
  {kind: 'data', sqlState: '22018', errorClass: 'CAST_INVALID_INPUT'},
  {kind: 'data', sqlState: '42K03', errorClass: 'PATH_NOT_FOUND'},
  {kind: 'data', sqlState: '56038', errorClass: 'DELTA_UNSUPPORTED_FEATURES_IN_CONFIG'},
  {kind: 'data', sqlState: 'F0000', errorClass: 'DELTA_UNKNOWN_CONFIGURATION'},
  {kind: 'data', sqlState: 'P0001', errorClass: 'USER_RAISED_EXCEPTION'},
  {kind: 'data', sqlState: '0A000', errorClass: 'UNSUPPORTED_FEATURE.MULTI_STATEMENT_TRANSACTION'},
  {kind: 'timeout', sqlState: '57KD0', errorClass: 'QUERY_EXECUTION_TIMEOUT_EXCEEDED'},
] as const;

test('refusals are classed by their codes, tried once, and quote nothing of the server', async t => {
  const {workspace, warehouse, events} = await openWarehouse(t);
  for (const {kind, sqlState, errorClass} of refusals) {
    const message = `[${errorClass}] The value 'Nordic Secrets AB' is wrong. SQLSTATE: ${sqlState}`;
    const submissions = warehouse.submitted.length;
    for (const outcome of ['error', 'refused'] as const) {
      warehouse.run = () => ({[outcome]: {...(sqlState && {sqlState}), message}});
      const error = await failureOf(workspace.statements.run(merge));
      assert.equal(error.kind, kind, errorClass);
      assert.deepEqual(error.facts, {statement: 'merge', table: 'supplier', errorClass, sqlState});
      assert.doesNotMatch(inspect(error, {depth: 20, showHidden: true}), /Nordic Secrets/);
    }
    assert.equal(warehouse.submitted.length, submissions + 2);
  }
  assert.equal(warehouse.sessions.length, 1);
  assert.doesNotMatch(inspect(events, {depth: 20}), /Nordic Secrets/);
  assert.ok(events.some(event => event.event === 'statement' && !event.ok));
});

test('a lost session is replaced and the statement sent again', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  await workspace.statements.run(merge);
  warehouse.forgetSessions();
  await workspace.statements.run(merge);
  assert.equal(warehouse.sessions.length, 2);
  assert.equal(warehouse.submitted.length, 3);
});

test('an operation that the warehouse has forgotten is started anew', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  const {TOperationState} = (await import('@databricks/sql')).default.thrift.TCLIService_types;
  const outcomes = [{state: TOperationState.CLOSED_STATE}, {}];
  warehouse.run = () => outcomes.shift() ?? {};
  await workspace.statements.run(merge);
  assert.equal(warehouse.sessions.length, 2);
});

test('a statement whose answer is lost is sent again, over a new connection', async t => {
  const {workspace, warehouse, clock} = await openWarehouse(t);
  const answers = [{reset: true}, {status: 503}, {status: 429}] as const;
  let next = 0;
  warehouse.run = () => {
    const http = answers[next];
    next += 1;
    return http ? {http} : {};
  };
  await workspace.statements.run(merge);
  assert.equal(warehouse.submitted.length, 4);
  assert.equal(warehouse.sessions.length, 3, 'a 429 leaves the session as it is');
  assert.equal(clock.slept.length, 3);
});

test('a warehouse that never answers is given up in time', async t => {
  const {workspace, warehouse} = await openWarehouse(t, {requestTimeoutMs: 300});
  warehouse.run = () => ({http: {hang: true}});
  const error = await failureOf(workspace.statements.run(merge));
  assert.equal(error.kind, 'transient');
  assert.equal(warehouse.submitted.length, 5);
});

test('an empty answer, which the driver would wait on for ever, is given up in time', async t => {
  const {workspace, warehouse} = await openWarehouse(t, {requestTimeoutMs: 40});
  const answers = [{status: 200, body: ''}];
  warehouse.run = () => {
    const http = answers.shift();
    return http ? {http} : {};
  };
  await workspace.statements.run(merge);
  assert.equal(warehouse.submitted.length, 2);
  assert.equal(warehouse.sessions.length, 2);
});

test('an answer that is no Thrift is said as such', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  warehouse.run = () => ({http: {status: 200, body: Buffer.from('80029999000000010000000000', 'hex')}});
  const error = await failureOf(workspace.statements.run(merge));
  assert.equal(error.kind, 'protocol');
});

test('polls that fail for now are repeated without sending the statement again', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  warehouse.before.set('GetOperationStatus', [{status: 503}]);
  await workspace.statements.run(merge);
  assert.equal(warehouse.submitted.length, 1);
});

test('a token that runs out while a statement runs is renewed, and the statement goes on', async t => {
  const {workspace, warehouse, server, clock} = await openWarehouse(t);
  server.tokenLifeSeconds = 5;
  warehouse.run = () => {
    clock.advance(6_000);
    return {columns: [{name: 'n', type: 'INT'}], rows: [[1]], polls: 2};
  };
  assert.deepEqual(await workspace.statements.run(merge), [{n: 1}]);
  assert.equal(warehouse.submitted.length, 1);
  assert.equal(server.tokensGiven, 2);
});

test('a token that is refused by the warehouse is renewed, and the call sent again', async t => {
  const {workspace, warehouse, server} = await openWarehouse(t);
  await workspace.statements.run(merge);
  server.revokeTokens();
  await workspace.statements.run(merge);
  assert.equal(server.tokensGiven, 2);
  warehouse.run = () => {
    server.revokeTokens();
    return {columns: [{name: 'n', type: 'INT'}], rows: [[1]]};
  };
  assert.deepEqual(await workspace.statements.run(merge), [{n: 1}]);
  assert.equal(warehouse.submitted.length, 3);
  assert.equal(warehouse.sessions.length, 1);
});

test('a warehouse that is starting is waited for', async t => {
  const {workspace, warehouse, clock, events} = await openWarehouse(t);
  warehouse.before.set('OpenSession', Array(40).fill({status: 503, headers: {'retry-after': '5'}}));
  await workspace.statements.run(merge);
  assert.equal(clock.slept.length, 40);
  assert.equal(events.filter(event => event.event === 'wait').length, 40);
});

test('a warehouse that does not start is given up after a quarter of an hour', async t => {
  const {workspace, server, warehouse, clock} = await openWarehouse(t);
  const startedMs = clock.monotonicMs();
  server.plan(`POST ${warehouse.path}`, {status: 503});
  const error = await failureOf(workspace.statements.run(merge));
  assert.equal(error.verdict, 'next run');
  assert.match(error.message, /15 minutes/);
  assert.equal(clock.monotonicMs() - startedMs, 900_000);
});

test('a warehouse that is not there is absent, one that is closed to us a missing right', async t => {
  const {workspace, server, warehouse} = await openWarehouse(t);
  server.plan(`POST ${warehouse.path}`, {status: 404});
  const absent = await failureOf(workspace.statements.run(merge));
  assert.equal(absent.kind, 'absent');
  assert.match(absent.hint, /databricks\.warehouse_id/);
  server.plan(`POST ${warehouse.path}`, {status: 403});
  const closed = await failureOf(workspace.statements.run(merge));
  assert.equal(closed.kind, 'permission');
  assert.match(closed.hint, /CAN USE/);
});

test('a wrong secret stops a statement as wrong credentials', async t => {
  const {workspace, warehouse} = await openWarehouse(t, {clientSecret: 'wrong'});
  assert.equal((await failureOf(workspace.statements.run(merge))).kind, 'credentials');
  assert.equal(warehouse.calls.length, 0);
});

test('an abort cancels the statement over there and ends at once', async t => {
  const {workspace, warehouse, events} = await openWarehouse(t);
  const stopping = new AbortController();
  warehouse.run = () => ({polls: Number.POSITIVE_INFINITY});
  const running = workspace.statements.run(merge, stopping.signal);
  while (countOf(warehouse, 'GetOperationStatus') < 2) await new Promise(resolve => setImmediate(resolve));
  stopping.abort(new SyncError('cancelled', 'stopped by hand'));
  assert.equal((await failureOf(running)).message, 'stopped by hand');
  assert.equal(countOf(warehouse, 'CancelOperation'), 1);
  assert.equal(warehouse.submitted.length, 1);
  assert.ok(events.some(event => event.event === 'statement' && !event.ok));
  warehouse.run = () => ({});
  await workspace.statements.run(merge);
  assert.equal(warehouse.sessions.length, 1);
});

test('a statement that somebody else cancels is not sent again', async t => {
  const {workspace, warehouse} = await openWarehouse(t);
  const {TOperationState} = (await import('@databricks/sql')).default.thrift.TCLIService_types;
  for (const state of [TOperationState.CANCELED_STATE, TOperationState.TIMEDOUT_STATE]) {
    warehouse.run = () => ({state});
    assert.equal((await failureOf(workspace.statements.run(merge))).kind, 'cancelled');
  }
  assert.equal(warehouse.submitted.length, 2);
});

test('without a warehouse a statement says which key is missing', async t => {
  const {workspace} = await openOn(t, {warehouseId: ''});
  const error = await failureOf(workspace.statements.run(merge));
  assert.equal(error.kind, 'configuration');
  assert.match(error.hint, /databricks\.warehouse_id/);
});

test('a transaction that another one got in between of is a conflict, and is sent again as a whole', () => {
  for (const errorClass of ['TRANSACTION_CONCURRENT_COPY_INTO', 'MULTI_STATEMENT_TRANSACTION_CONCURRENT_COPY_INTO']) {
    assert.equal(kindOfSqlError({errorClass}), 'conflict');
  }
  for (const sqlState of ['25000', '2D521', '40000']) assert.equal(kindOfSqlError({sqlState}), 'conflict');
});
