import {randomBytes} from 'node:crypto';
import sql from '@databricks/sql';
import Int64 from 'node-int64';
import thrift from 'thrift';
import type {Answer, Answering, WorkspaceServer} from './workspace-server.ts';

const {TCLIService, TCLIService_types: types} = sql.thrift;

export interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'BIGINT' | 'DECIMAL' | 'INT' | 'BOOLEAN';
}

/** What a statement comes to. */
export interface Outcome {
  readonly columns?: readonly Column[];
  readonly rows?: ReadonlyArray<ReadonlyArray<string | number | bigint | boolean | null>>;
  /** An Arrow stream instead of columns; its schema message is told apart by its length. */
  readonly arrow?: {readonly stream: Uint8Array; readonly rows: number};
  /** The operation ends in this error. */
  readonly error?: {readonly sqlState?: string; readonly message: string};
  /** It ends in this state instead of FINISHED. */
  readonly state?: number;
  /** The submission itself is refused. */
  readonly refused?: {readonly statusCode?: number; readonly sqlState?: string; readonly message: string};
  /** How often it is polled before it ends; for ever with Infinity. */
  readonly polls?: number;
  /** The HTTP answer instead of a Thrift one. */
  readonly http?: Answer;
}

export interface Submitted {
  readonly statement: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string | undefined;
    readonly value: string | undefined;
  }[];
  readonly confOverlay: Record<string, string>;
  readonly session: string;
}

interface Operation {
  readonly outcome: Outcome;
  pollsLeft: number;
  cancelled: boolean;
  fetched: boolean;
}

type Reply = (error: Error | null, answer?: object) => void;

/** A warehouse that speaks Thrift as the driver does, over a WorkspaceServer. */
export class ThriftWarehouse {
  readonly submitted: Submitted[] = [];
  readonly calls: string[] = [];
  readonly sessions: Record<string, string>[] = [];
  readonly path: string;
  /** What OpenSession answers first instead of opening one. */
  readonly beforeSessions: Answer[] = [];
  /** What each call of this name answers first instead of its own answer. */
  readonly before = new Map<string, Answer[]>();
  run: (submitted: Submitted) => Outcome = () => ({});
  readonly #operations = new Map<string, Operation>();
  readonly #open = new Set<string>();

  constructor(server: WorkspaceServer, path = '/sql/1.0/warehouses/w1') {
    this.path = path;
    const answering: Answering = seen => this.#answer(seen.body);
    server.plan(`POST ${path}`, answering);
  }

  /** Forgets every session, as a warehouse does that was stopped. */
  forgetSessions(): void {
    this.#open.clear();
  }

  async #answer(body: Buffer): Promise<Answer> {
    const name = methodIn(body);
    this.calls.push(name);
    const planned = this.before.get(name)?.shift();
    if (planned) return planned;
    let instead: Answer | undefined;
    const service = this.#service(answer => {
      instead = answer;
    });
    const processor = new TCLIService.Processor(service as never);
    const reply = await new Promise<Buffer>(resolve => {
      const output = new thrift.TBufferedTransport(undefined as never, message => resolve(message as Buffer));
      const receive = thrift.TBufferedTransport.receiver(
        input => processor.process(new thrift.TBinaryProtocol(input), new thrift.TBinaryProtocol(output)),
        0,
      );
      receive(body);
    });
    return instead ?? {headers: {'content-type': 'application/x-thrift'}, body: reply};
  }

  #service(answerWith: (answer: Answer) => void): object {
    const ok = {statusCode: types.TStatusCode.SUCCESS_STATUS};
    const operationOf = (request: {operationHandle: {operationId: {guid: Buffer}}}): Operation | undefined =>
      this.#operations.get(request.operationHandle.operationId.guid.toString('hex'));
    return {
      OpenSession: (request: {configuration: Record<string, string>}, reply: Reply) => {
        this.sessions.push(request.configuration);
        const guid = uuid();
        this.#open.add(guid.toString('hex'));
        reply(null, {
          status: ok,
          serverProtocolVersion: types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
          sessionHandle: {
            sessionId: {guid, secret: uuid()},
            serverProtocolVersion: types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
          },
        });
      },
      CloseSession: (_request: object, reply: Reply) => reply(null, {status: ok}),
      ExecuteStatement: (request: ExecuteRequest, reply: Reply) => {
        const session = request.sessionHandle.sessionId.guid.toString('hex');
        const submitted = toSubmitted(request, session);
        this.submitted.push(submitted);
        if (!this.#open.has(session)) {
          const status = {statusCode: types.TStatusCode.INVALID_HANDLE_STATUS, errorMessage: 'Invalid SessionHandle'};
          return reply(null, {status});
        }
        const outcome = this.run(submitted);
        if (outcome.http) answerWith(outcome.http);
        const {refused} = outcome;
        if (refused) {
          const {statusCode = types.TStatusCode.ERROR_STATUS, sqlState, message} = refused;
          return reply(null, {status: {statusCode, sqlState, errorMessage: message, displayMessage: message}});
        }
        const guid = uuid();
        this.#operations.set(guid.toString('hex'), {
          outcome,
          pollsLeft: outcome.polls ?? 1,
          cancelled: false,
          fetched: false,
        });
        const hasResultSet = outcome.columns !== undefined || outcome.arrow !== undefined;
        reply(null, {
          status: ok,
          operationHandle: {
            operationId: {guid, secret: uuid()},
            operationType: types.TOperationType.EXECUTE_STATEMENT,
            hasResultSet,
          },
        });
      },
      GetOperationStatus: (request: OperationRequest, reply: Reply) => {
        const operation = operationOf(request);
        if (!operation) return reply(null, {status: {statusCode: types.TStatusCode.INVALID_HANDLE_STATUS}});
        reply(null, {status: ok, ...stateOf(operation)});
      },
      GetResultSetMetadata: (request: OperationRequest, reply: Reply) => {
        reply(null, {status: ok, ...metadataOf(operationOf(request)?.outcome ?? {})});
      },
      FetchResults: (request: OperationRequest, reply: Reply) => {
        const operation = operationOf(request);
        const results =
          operation && !operation.fetched
            ? resultsOf(operation.outcome)
            : resultsOf({columns: operation?.outcome.columns ?? [], rows: []});
        if (operation) operation.fetched = true;
        reply(null, {status: ok, hasMoreRows: false, results});
      },
      CancelOperation: (request: OperationRequest, reply: Reply) => {
        const operation = operationOf(request);
        if (operation) operation.cancelled = true;
        reply(null, {status: ok});
      },
      CloseOperation: (_request: object, reply: Reply) => reply(null, {status: ok}),
    };
  }
}

interface OperationRequest {
  readonly operationHandle: {readonly operationId: {readonly guid: Buffer}};
}

interface ExecuteRequest {
  readonly statement: string;
  readonly sessionHandle: {readonly sessionId: {readonly guid: Buffer}};
  readonly confOverlay?: Record<string, string>;
  readonly parameters?: readonly {
    readonly name: string;
    readonly type?: string;
    readonly value?: {readonly stringValue?: string};
  }[];
}

const toSubmitted = ({statement, confOverlay = {}, parameters = []}: ExecuteRequest, session: string): Submitted => ({
  statement,
  session,
  confOverlay,
  parameters: parameters.map(({name, type, value}) => ({
    name,
    type: type ?? undefined,
    value: value?.stringValue ?? undefined,
  })),
});

function stateOf(operation: Operation): object {
  const {TOperationState: state} = types;
  if (operation.cancelled) return {operationState: state.CANCELED_STATE};
  if (operation.pollsLeft > 0) {
    operation.pollsLeft -= 1;
    return {operationState: state.RUNNING_STATE};
  }
  const {error, state: ownState} = operation.outcome;
  if (!error) return {operationState: ownState ?? state.FINISHED_STATE};
  const {sqlState, message} = error;
  return {operationState: state.ERROR_STATE, sqlState, errorMessage: message, displayMessage: message};
}

function metadataOf({columns = [], arrow}: Outcome): object {
  const schema = {
    columns: columns.map(({name, type}, index) => ({
      columnName: name,
      position: index + 1,
      typeDesc: {types: [{primitiveEntry: {type: types.TTypeId[`${type}_TYPE`]}}]},
    })),
  };
  if (!arrow) return {schema, resultFormat: types.TSparkRowSetType.COLUMN_BASED_SET};
  const stream = Buffer.from(arrow.stream);
  return {
    schema,
    resultFormat: types.TSparkRowSetType.ARROW_BASED_SET,
    arrowSchema: stream.subarray(0, schemaEnd(stream)),
  };
}

/** Where the schema message of an Arrow stream ends: a marker and a length of four bytes each, then the message. */
const schemaEnd = (stream: Buffer): number => 8 + stream.readInt32LE(4);

function resultsOf({columns = [], rows = [], arrow}: Outcome): object {
  const startRowOffset = new Int64(0);
  if (arrow) {
    const stream = Buffer.from(arrow.stream);
    const batch = stream.subarray(schemaEnd(stream));
    return {startRowOffset, rows: [], arrowBatches: [{batch, rowCount: new Int64(arrow.rows)}]};
  }
  return {
    startRowOffset,
    rows: [],
    columns: columns.map(({type}, index) => {
      const values = rows.map(row => row[index] ?? null);
      const nulls = Buffer.alloc(Math.ceil(values.length / 8) || 1);
      values.forEach((value, place) => {
        if (value === null) nulls[place >> 3] = (nulls[place >> 3] ?? 0) | (1 << (place & 7));
      });
      switch (type) {
        case 'BIGINT':
          return {i64Val: {values: values.map(value => toInt64(BigInt(value ?? 0))), nulls}};
        case 'INT':
          return {i32Val: {values: values.map(value => Number(value ?? 0)), nulls}};
        case 'BOOLEAN':
          return {boolVal: {values: values.map(Boolean), nulls}};
        default:
          return {stringVal: {values: values.map(value => String(value ?? '')), nulls}};
      }
    }),
  };
}

function toInt64(value: bigint): Int64 {
  const octets = Buffer.alloc(8);
  octets.writeBigInt64BE(value);
  return new Int64(octets);
}

/** Sixteen bytes that are a valid UUID: the driver refuses others. */
function uuid(): Buffer {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

function methodIn(body: Buffer): string {
  let name = '';
  thrift.TBufferedTransport.receiver(input => {
    name = new thrift.TBinaryProtocol(input).readMessageBegin().fname;
  }, 0)(body);
  return name;
}
