/**
 * The Databricks workspace: files in volumes, statements of a SQL warehouse, the REST interface, and what must be
 * there before a run. It promises that one source of tokens feeds them all, that certificates are verified and no
 * credential leaves TLS (loopback aside), that every request ends in time and is repeated where its error's ruling
 * says so, and that errors carry codes and names, never a server's words. It writes no SQL and knows no table, and
 * it reads no environment but the one handed in.
 */
import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {Network} from '../base/network.ts';
import type {Random} from '../base/random.ts';
import type {Secret} from '../base/secret.ts';
import type {Events} from '../model/events.ts';
import type {Files, Prerequisites, Rest, Statements} from '../model/ports.ts';
import {ControlPlane} from './control-plane.ts';
import {Credentials} from './credentials.ts';
import {openFiles} from './files.ts';
import {Http} from './http.ts';
import {openPrerequisites} from './prerequisites.ts';
import {openRest} from './rest.ts';

export interface WorkspaceOptions {
  /** `https://…`, a bare name, or http on loopback, with a port or without. Absent: as unified auth finds it. */
  readonly host?: string;
  readonly clientId?: string | Secret;
  readonly clientSecret?: string | Secret;
  readonly warehouseId?: string;
  /** The Thrift path where it is not that of the warehouse. */
  readonly httpPath?: string;
  /** What unified auth reads: DATABRICKS_*, ARM_*, HOME for the profile file; and the proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** After how many seconds the warehouse stops a statement. */
  readonly statementTimeoutSeconds: number;
  /** How long one request may take, beside the time its body takes; in milliseconds. */
  readonly requestTimeoutMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  /** This program and its version, for user agents: `visma-databricks/1.2.3`. */
  readonly userAgent: string;
  /** Tags for the query history, on every statement: the run, the job. */
  readonly queryTags?: Readonly<Record<string, string>>;
}

export interface Workspace {
  readonly files: Files;
  readonly statements: Statements;
  readonly rest: Rest;
  readonly prerequisites: Prerequisites;
  /** Closes the session. The workspace is not used any more after it. */
  close(): Promise<void>;
}

const defaultRequestTimeoutMs = 60_000;
/** Opening a session and submitting a statement may take the warehouse longer than a request takes. */
const exchangeFactor = 5;

/** Makes a workspace that connects to nothing until it is used. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const {clock, random, events, userAgent, requestTimeoutMs = defaultRequestTimeoutMs} = options;
  const network = new Network(options.environment);
  const credentials = new Credentials({...options, requestTimeoutMs, network});
  const connected = {credentials, clock, random, events, userAgent, requestTimeoutMs, network};
  const http = new Http(connected);
  const files = openFiles(http, clock);
  const statements = openStatements(options, connected);
  const controlPlane = new ControlPlane({...connected, product: userAgent.replace(/\/.*$/, '')});
  return {
    files,
    statements,
    rest: openRest(http),
    prerequisites: openPrerequisites({controlPlane, files, random, warehouseId: options.warehouseId}),
    close: () => statements.close(),
  };
}

type Connected = {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly userAgent: string;
  readonly requestTimeoutMs: number;
  readonly network: Network;
};

/** Without a warehouse everything but statements works: each of them says what is missing. */
function openStatements(options: WorkspaceOptions, connected: Connected): Statements {
  const {warehouseId, httpPath, statementTimeoutSeconds, queryTags = {}} = options;
  const path = httpPath ?? (warehouseId && `/sql/1.0/warehouses/${encodeURIComponent(warehouseId)}`);
  if (path === undefined || path === '') {
    const missing = new SyncError('configuration', 'run a statement: databricks.warehouse_id names no warehouse', {
      hint: 'Write the id of a SQL warehouse in databricks.warehouse_id, or set DATABRICKS_WAREHOUSE_ID.',
    });
    return {run: () => Promise.reject(missing), close: async () => undefined};
  }
  const exchangeTimeoutMs = exchangeFactor * connected.requestTimeoutMs;
  return atFirstUse(async () => {
    const {WarehouseStatements} = await import('./statements.ts');
    return new WarehouseStatements({...connected, path, statementTimeoutSeconds, exchangeTimeoutMs, queryTags});
  });
}

/** The driver takes a fifth of the program's start, and a run that finds nothing new sends no statement. */
function atFirstUse(open: () => Promise<Statements>): Statements {
  let opened: Promise<Statements> | undefined;
  return {
    async run(statement, signal) {
      opened ??= open();
      return (await opened).run(statement, signal);
    },
    async close() {
      await (await opened)?.close();
    },
  };
}
