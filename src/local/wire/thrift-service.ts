import {thrift as wire} from '@databricks/sql';
import thrift from 'thrift';
import type {Random} from '../../base/random.ts';
import type {Parameter} from '../sql/parameters.ts';
import {digitsOf, type SqlType} from '../sql/sql-type.ts';
import type {Column, Session} from '../sql/work.ts';
import type {SqlEngine} from '../sql-engine.ts';
import {type ArrowNatives, toArrow} from './arrow-rows.ts';
import {Operation, type OperationState} from './operation.ts';

const {
  TOperationState,
  TOperationType,
  TProtocolVersion,
  TSparkRowSetType,
  TStatusCode,
  TTypeId,
  TFetchOrientation,
  TGetInfoValue,
} = wire.TCLIService_types;
type Types = typeof wire.TCLIService_types;
type Request<Name extends keyof Types> = Types[Name] extends new (...args: never) => infer Shape ? Shape : never;

const success = {statusCode: TStatusCode.SUCCESS_STATUS};
const invalidHandle = (what: string): object => ({
  statusCode: TStatusCode.INVALID_HANDLE_STATUS,
  errorMessage: `Invalid ${what}`,
  sqlState: 'HY000',
});
const rowsMax = 100_000;

interface SentOperation {
  readonly operation: Operation;
  readonly natives: ArrowNatives;
}

/**
 * The statements' half of a SQL warehouse: sessions and operations, as the driver's own Thrift processor hands them in.
 * Every method answers with plain objects in the shape of the protocol's structs.
 */
export class ThriftService {
  readonly #engine: SqlEngine;
  readonly #random: Random;
  readonly #sessions = new Map<string, Session>();
  readonly #operations = new Map<string, SentOperation>();
  #given = 0;

  constructor(engine: SqlEngine, random: Random) {
    this.#engine = engine;
    this.#random = random;
  }

  /** What the processor calls: methods of one parameter, which it answers when they resolve. */
  handler(): object {
    return {
      OpenSession: (request: Request<'TOpenSessionReq'>) => this.#openSession(request),
      CloseSession: (request: Request<'TCloseSessionReq'>) => this.#closeSession(request),
      GetInfo: async (_request: unknown) => ({
        status: success,
        infoValue: new TGetInfoValue({stringValue: 'Local workspace'}),
      }),
      ExecuteStatement: (request: Request<'TExecuteStatementReq'>) => this.#execute(request),
      GetOperationStatus: (request: Request<'TGetOperationStatusReq'>) =>
        this.#with(request, ({operation}) => statusOf(operation)),
      GetResultSetMetadata: (request: Request<'TGetResultSetMetadataReq'>) => this.#with(request, metadataOf),
      FetchResults: (request: Request<'TFetchResultsReq'>) => this.#fetch(request),
      CancelOperation: (request: Request<'TCancelOperationReq'>) =>
        this.#with(request, ({operation}) => {
          operation.cancel();
          return {status: success};
        }),
      CloseOperation: (request: Request<'TCloseOperationReq'>) => this.#closeOperation(request),
      ...Object.fromEntries(catalogueCalls.map(name => [name, async (_request: unknown) => notOffered(name)])),
    };
  }

  /** An identifier, never given twice; the driver refuses one that is no UUID. */
  #guid(): Buffer {
    const bytes = Buffer.from(Array.from({length: 16}, () => Math.floor(this.#random.fraction() * 256)));
    this.#given += 1;
    bytes.writeUInt32BE(this.#given, 0);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes;
  }

  async #openSession({initialNamespace}: Request<'TOpenSessionReq'>): Promise<object> {
    const catalog = initialNamespace?.catalogName ?? undefined;
    const session = this.#engine.newSession({catalog, schema: initialNamespace?.schemaName ?? undefined});
    const guid = this.#guid();
    this.#sessions.set(guid.toString('hex'), session);
    return {
      status: success,
      serverProtocolVersion: TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
      sessionHandle: {sessionId: {guid, secret: Buffer.alloc(16)}},
      initialNamespace: {catalogName: session.catalog, schemaName: session.schema},
      canUseMultipleCatalogs: true,
      configuration: {},
    };
  }

  async #closeSession({sessionHandle}: Request<'TCloseSessionReq'>): Promise<object> {
    const known = this.#sessions.delete(keyOf(sessionHandle.sessionId));
    return {status: known ? success : invalidHandle('SessionHandle')};
  }

  async #execute(request: Request<'TExecuteStatementReq'>): Promise<object> {
    const session = this.#sessions.get(keyOf(request.sessionHandle.sessionId));
    if (!session) return {status: invalidHandle('SessionHandle')};
    const statement = {sql: request.statement, parameters: (request.parameters ?? []).map(parameterOf)};
    const operation = new Operation(this.#guid(), signal => this.#engine.execute(statement, session, signal));
    const natives = {
      decimals: request.useArrowNativeTypes?.decimalAsArrow ?? false,
      timestamps: request.useArrowNativeTypes?.timestampAsArrow ?? false,
    };
    const sent = {operation, natives};
    this.#operations.set(operation.guid.toString('hex'), sent);
    const operationHandle = {
      operationId: {guid: operation.guid, secret: Buffer.alloc(16)},
      operationType: TOperationType.EXECUTE_STATEMENT,
      hasResultSet: true,
    };
    if (!request.getDirectResults) return {status: success, operationHandle};
    await operation.settle();
    const maxRows = Number(request.getDirectResults.maxRows);
    return {status: success, operationHandle, directResults: this.#direct(sent, maxRows)};
  }

  /** What is known at once; an operation whose every row was sent is closed with it, as the warehouse does. */
  #direct(sent: SentOperation, maxRows: number): object {
    const {operation} = sent;
    const operationStatus = statusOf(operation);
    if (operation.state === 'running') return {operationStatus};
    const rows = operation.answer ? {resultSetMetadata: metadataOf(sent), resultSet: rowsOf(sent, maxRows)} : {};
    if (operation.taken < (operation.answer?.rowCount ?? 0)) return {operationStatus, ...rows};
    this.#operations.delete(operation.guid.toString('hex'));
    return {operationStatus, ...rows, closeOperation: {status: success}};
  }

  async #with(
    {operationHandle}: {operationHandle: Request<'TOperationHandle'>},
    answer: (sent: SentOperation) => object,
  ): Promise<object> {
    const sent = this.#operations.get(keyOf(operationHandle.operationId));
    return sent ? answer(sent) : {status: invalidHandle('OperationHandle')};
  }

  #fetch(request: Request<'TFetchResultsReq'>): Promise<object> {
    return this.#with(request, sent => {
      if (request.orientation === TFetchOrientation.FETCH_FIRST) sent.operation.taken = 0;
      if (sent.operation.state === 'finished') return rowsOf(sent, Number(request.maxRows));
      return {status: {statusCode: TStatusCode.ERROR_STATUS, errorMessage: 'The statement has no rows to fetch'}};
    });
  }

  async #closeOperation({operationHandle}: Request<'TCloseOperationReq'>): Promise<object> {
    const key = keyOf(operationHandle.operationId);
    const sent = this.#operations.get(key);
    sent?.operation.cancel();
    this.#operations.delete(key);
    return {status: sent ? success : invalidHandle('OperationHandle')};
  }
}

const catalogueCalls = [
  'GetTypeInfo',
  'GetCatalogs',
  'GetSchemas',
  'GetTables',
  'GetTableTypes',
  'GetColumns',
  'GetFunctions',
  'GetPrimaryKeys',
  'GetCrossReference',
  'GetDelegationToken',
  'CancelDelegationToken',
  'RenewDelegationToken',
];

const notOffered = (name: string): object => ({
  status: {statusCode: TStatusCode.ERROR_STATUS, sqlState: '0A000', errorMessage: `${name} is not offered here`},
});

const keyOf = ({guid}: {guid: Buffer}): string => Buffer.from(guid).toString('hex');

const parameterOf = ({name, type, value}: Request<'TSparkParameter'>): Parameter => ({
  name: name ?? undefined,
  type: type ?? undefined,
  value: value?.stringValue ?? undefined,
});

const states: Readonly<Record<OperationState, number>> = {
  running: TOperationState.RUNNING_STATE,
  finished: TOperationState.FINISHED_STATE,
  failed: TOperationState.ERROR_STATE,
  cancelled: TOperationState.CANCELED_STATE,
};

function statusOf({state, error}: Operation): object {
  const failure = error && {sqlState: error.sqlState, errorMessage: error.message, displayMessage: error.message};
  return {status: success, operationState: states[state], hasResultSet: true, ...failure};
}

/** Always Arrow: with column results the driver loses decimals, and never ends on a statement without columns. */
function metadataOf({operation, natives}: SentOperation): object {
  const answer = operation.answer ?? {columns: [], cells: [], rowCount: 0};
  return {
    status: success,
    resultFormat: TSparkRowSetType.ARROW_BASED_SET,
    lz4Compressed: false,
    schema: {columns: answer.columns.map(columnDescription)},
    arrowSchema: toArrow(answer, {from: 0, to: 0}, natives).schema,
  };
}

function rowsOf({operation, natives}: SentOperation, maxRows: number): object {
  const answer = operation.answer ?? {columns: [], cells: [], rowCount: 0};
  const from = operation.taken;
  const to = Math.min(answer.rowCount, from + Math.min(maxRows, rowsMax));
  operation.taken = to;
  const batches = from < to ? [{batch: toArrow(answer, {from, to}, natives).batch, rowCount: int64(to - from)}] : [];
  return {
    status: success,
    hasMoreRows: to < answer.rowCount,
    results: {startRowOffset: int64(from), rows: [], arrowBatches: batches},
  };
}

const int64 = (value: number): thrift.Int64 => new thrift.Int64(value);

const typeIds: Readonly<Record<string, number>> = {
  boolean: TTypeId.BOOLEAN_TYPE,
  tinyint: TTypeId.TINYINT_TYPE,
  smallint: TTypeId.SMALLINT_TYPE,
  int: TTypeId.INT_TYPE,
  bigint: TTypeId.BIGINT_TYPE,
  float: TTypeId.FLOAT_TYPE,
  double: TTypeId.DOUBLE_TYPE,
  string: TTypeId.STRING_TYPE,
  date: TTypeId.DATE_TYPE,
  timestamp: TTypeId.TIMESTAMP_TYPE,
  timestamp_ntz: TTypeId.TIMESTAMP_TYPE,
  binary: TTypeId.BINARY_TYPE,
};

function columnDescription({name, type}: Column, index: number): object {
  return {columnName: name, typeDesc: {types: [{primitiveEntry: typeEntry(type)}]}, position: index + 1};
}

function typeEntry(type: SqlType): object {
  const digits = digitsOf(type);
  if (!digits) return {type: typeIds[type.spark] ?? TTypeId.STRING_TYPE};
  const qualifiers = {precision: {i32Value: digits.precision}, scale: {i32Value: digits.scale}};
  return {type: TTypeId.DECIMAL_TYPE, typeQualifiers: {qualifiers}};
}
