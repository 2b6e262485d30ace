import assert from 'node:assert/strict';
import {inspect} from 'node:util';
import {Schema} from 'apache-arrow';
import {SyncError} from '../../src/base/errors.ts';
import {Secret} from '../../src/base/secret.ts';
import type {Event} from '../../src/model/events.ts';
import type {Checkpoint, PassKind} from '../../src/model/load.ts';
import {companyId, resourceName, runId, type Stamp, tableName, toStamp, wholeResource} from '../../src/model/names.ts';
import type {Company, Page, Pass} from '../../src/model/pass.ts';
import type {Source} from '../../src/model/ports.ts';
import type {Reading, Resource} from '../../src/model/resource.ts';
import {openVisma, type VismaOptions} from '../../src/visma/visma.ts';
import {FakeClock} from '../fake-clock.ts';
import {type Hit, type Reply, SmallServer} from './small-server.ts';

export const secretText = 'very-secret-value';
export const tokenText = 'bearer-token-text';
export const company: Company = {id: companyId('se'), name: 'Nordic AB', tenantId: 'tenant-1', currency: 'SEK'};

export interface Setting {
  /** Answers data calls; `place` counts them from 1. */
  readonly data: (hit: Hit, place: number) => Reply | Promise<Reply>;
  /** Answers token calls; by default a token for an hour. */
  readonly token?: (hit: Hit, place: number) => Reply | Promise<Reply>;
  readonly options?: Partial<VismaOptions>;
}

/** A small Visma.net and a source that is opened on it. */
export class SmallVisma implements AsyncDisposable {
  readonly events: Event[] = [];
  readonly clock = new FakeClock();
  readonly source: Source;
  readonly #servers: {readonly tokens: SmallServer; readonly data: SmallServer};

  private constructor(servers: {readonly tokens: SmallServer; readonly data: SmallServer}, setting: Setting) {
    this.#servers = servers;
    this.source = openVisma({
      clientId: new Secret('client'),
      clientSecret: new Secret(secretText),
      tokenUrl: `${servers.tokens.url}/connect/token`,
      apiUrl: servers.data.url,
      pageSize: 1000,
      rateShare: 0.8,
      wait: false,
      clock: this.clock,
      random: {id: () => 'id', fraction: () => 0.5},
      events: event => this.events.push(event),
      ...setting.options,
    });
  }

  static async open(setting: Setting): Promise<SmallVisma> {
    const token = setting.token ?? (() => ({json: {access_token: tokenText, expires_in: 3600, token_type: 'Bearer'}}));
    const servers = {tokens: await SmallServer.open(token), data: await SmallServer.open(setting.data)};
    try {
      return new SmallVisma(servers, setting);
    } catch (thrown) {
      await closed(servers);
      throw thrown;
    }
  }

  get dataHits(): readonly Hit[] {
    return this.#servers.data.hits;
  }

  get tokenHits(): readonly Hit[] {
    return this.#servers.tokens.hits;
  }

  eventsOf<Name extends Event['event']>(name: Name): readonly Extract<Event, {event: Name}>[] {
    return this.events.filter((event): event is Extract<Event, {event: Name}> => event.event === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closed(this.#servers);
  }
}

async function closed(servers: {readonly tokens: SmallServer; readonly data: SmallServer}): Promise<void> {
  await servers.tokens[Symbol.asyncDispose]();
  await servers.data[Symbol.asyncDispose]();
}

export const deltaOf = (paging: Reading['paging']): Reading => ({kind: 'delta', since: 'stamp and condition', paging});

export function resourceOf(reading: Reading, more: Partial<Resource> = {}): Resource {
  const table = {name: tableName('thing'), comment: '', schema: new Schema([]), ofLines: false};
  return {
    name: resourceName('thing'),
    endpoint: '/v1/thing',
    reading,
    query: {expandAll: 'true'},
    key: ['number'],
    stamp: 'lastModifiedDateTime',
    groups: [],
    table,
    children: [],
    ...more,
  };
}

export const batches = resourceOf(
  {kind: 'delta', since: 'stamp alone', paging: 'lines'},
  {key: ['module', 'batchNumber'], cut: {lines: 'lines', totals: {debit: 'debitTotal', credit: 'creditTotal'}}},
);

export const stampOf = (text: string): Stamp => toStamp(text) ?? ('' as Stamp);

export function passOf(
  resource: Resource,
  {
    kind = 'first',
    since,
    tailRows,
  }: {readonly kind?: PassKind; readonly since?: string; readonly tailRows?: number} = {},
): Pass {
  const previous: Checkpoint = {
    companyId: company.id,
    resource: resource.name,
    slice: wholeResource,
    sequence: 1,
    cursor: {tailDigest: '', tailRows: tailRows ?? 0, passSeconds: 1},
    runId: runId('before'),
  };
  return {
    runId: runId('run'),
    company,
    resource,
    slice: wholeResource,
    kind,
    sequence: 2,
    ...(since === undefined ? {} : {since: stampOf(since)}),
    ...(tailRows === undefined ? {} : {previous}),
  };
}

export async function pagesOf(source: Source, pass: Pass, signal?: AbortSignal): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for await (const page of source.read(pass, signal)) pages.push(page);
  return pages;
}

export const recordsOf = async (source: Source, pass: Pass): Promise<Page['records']> =>
  (await pagesOf(source, pass)).flatMap(page => page.records);

/** Records numbered from `from` to `to`. */
export const numbered = (from: number, to: number): readonly {readonly number: string}[] =>
  Array.from({length: to - from + 1}, (_, index) => ({number: String(from + index)}));

export interface ListServing {
  /** The size that pages are cut to, whatever is asked for. */
  readonly sizeMax?: number;
  /** Whether each record says how many there are. */
  readonly counts?: boolean;
}

/** Serves the page of a list that a request asks for. */
export function pageOf(
  hit: Hit,
  records: readonly object[],
  {sizeMax = 1000, counts = true}: ListServing = {},
): readonly object[] {
  const size = Math.min(sizeMax, Number(hit.query['pageSize'] ?? records.length));
  const from = (Number(hit.query['pageNumber'] ?? 1) - 1) * size;
  const page = records.slice(from, from + size);
  if (!counts) return page;
  return page.map(record => ({...record, metadata: {totalCount: records.length, maxPageSize: sizeMax}}));
}

/** The error that an action ends with, which holds neither secret nor token however deep one looks. */
export async function failure(action: Promise<unknown>): Promise<SyncError> {
  const error = await action.then(
    () => undefined,
    thrown => thrown,
  );
  assert.ok(error instanceof SyncError, inspect(error));
  const all = inspect(error, {depth: 9, showHidden: true});
  for (const hidden of [secretText, tokenText]) assert.ok(!all.includes(hidden), 'a secret stands in the error');
  return error;
}
