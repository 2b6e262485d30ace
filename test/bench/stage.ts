import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type Command, perform} from '../../src/app/app.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {Secret} from '../../src/base/secret.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {companyId, loadId, runId, type TableName, wholeResource} from '../../src/model/names.ts';
import type {Company, Pass} from '../../src/model/pass.ts';
import type {Resource} from '../../src/model/resource.ts';
import {PartWriter} from '../../src/parquet/parquet.ts';
import {makeRowShaper} from '../../src/rows/rows.ts';
import {openVisma} from '../../src/visma/visma.ts';

/*
 * One stage of the path, in a process of its own: `node test/bench/stage.ts STAGE PLACE`. Prints what it took as one
 * line of JSON.
 */
export interface Place {
  readonly folder: string;
  readonly visma: {
    readonly apiUrl: string;
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly companies: ReadonlyArray<{id: string; name: string; tenantId: string; currency: string}>;
  };
  readonly workspace: {
    readonly host: string;
    readonly warehouseId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** What a command reads, where that is not the default; and its ledger, where it has one. */
  readonly resources?: readonly string[];
  readonly ledger?: object;
}

export interface Measured {
  readonly stage: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly calls: number;
  readonly uploads: number;
  readonly statements: number;
  readonly records: number;
  /** Tables that were merged. */
  readonly tables: readonly string[];
  /** Calls by resource, and statements by what they do. */
  readonly byName: Readonly<Record<string, number>>;
  /** Statements by what they do. */
  readonly took: Readonly<Record<string, Took>>;
}

export interface Took {
  readonly count: number;
  readonly ms: number;
}

type Counts = Omit<Measured, 'stage' | 'ms' | 'cpuMs' | 'peakMb'>;
const none: Counts = {calls: 0, uploads: 0, statements: 0, records: 0, tables: [], byName: {}, took: {}};
const partBytesMax = 64 * 1024 * 1024;

/** What a run reads where the configuration names nothing. */
const benched = resources.filter(({groups}) => groups.includes('default'));

const companiesOf = ({visma}: Place): readonly Company[] =>
  visma.companies.map(({id, name, tenantId, currency}) => ({id: companyId(id), name, tenantId, currency}));

async function tokenOf({visma}: Place, tenantId: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: visma.clientId,
    client_secret: visma.clientSecret,
    scope: 'vismanet_erp_service_api:read',
    tenant_id: tenantId,
  };
  const answer = await fetch(visma.tokenUrl, {method: 'POST', body: new URLSearchParams(form)});
  return ((await answer.json()) as {access_token: string}).access_token;
}

type Got = ReadonlyArray<{readonly metadata?: {readonly totalCount: number; readonly maxPageSize: number}}>;

/** Fetch and JSON.parse of the pages that a first load reads, and nothing else. */
async function ceiling(place: Place): Promise<Counts> {
  let [calls, records] = [0, 0];
  for (const {tenantId} of place.visma.companies) {
    const headers = {authorization: `Bearer ${await tokenOf(place, tenantId)}`};
    const get = async (path: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
      calls++;
      const answer = await fetch(`${place.visma.apiUrl}${path}?${new URLSearchParams(query)}`, {headers});
      return JSON.parse(await answer.text());
    };
    for (const resource of benched) {
      const {reading} = resource;
      const query = {...resource.query, ...(resource.wantsFilter && {lastModifiedDateTime: '1753-01-01T00:00:00.000'})};
      if (reading.kind === 'snapshot' && reading.each !== undefined) {
        const ids = (await get(resource.endpoint, {})) as readonly string[];
        for (const id of ids) await get(reading.each.replace(/\{[^}]+\}/, encodeURIComponent(id)), query);
        records += ids.length;
        continue;
      }
      for (let page = 1; ; page++) {
        const rows = (await get(resource.endpoint, {...query, pageNumber: String(page), pageSize: '5000'})) as Got;
        records += rows.length;
        const {totalCount = 0, maxPageSize = 5000} = rows[0]?.metadata ?? {};
        if (reading.paging === 'unpaged' || page * Math.min(5000, maxPageSize) >= totalCount) break;
      }
    }
  }
  return {...none, calls, records};
}

/** The product's own source, then its rows, then its Parquet: each stage does what the one before it did, and more. */
async function readWith(place: Place, depth: 'read' | 'rows' | 'parquet'): Promise<Counts> {
  let [calls, records] = [0, 0];
  const source = openVisma({
    clientId: new Secret(place.visma.clientId),
    clientSecret: new Secret(place.visma.clientSecret),
    tokenUrl: place.visma.tokenUrl,
    apiUrl: place.visma.apiUrl,
    pageSize: 5000,
    rateShare: 1,
    wait: false,
    clock: systemClock,
    random: systemRandom,
    events: event => {
      if (event.event === 'call') calls++;
    },
  });
  for (const company of companiesOf(place)) {
    for (const resource of benched) {
      const sink = depth === 'read' ? undefined : new Sink({company, resource, encodes: depth === 'parquet'});
      for await (const page of source.read(passOf(company, resource))) {
        await sink?.take(page.records, records);
        records += page.records.length;
      }
      await sink?.end();
    }
  }
  return {...none, calls, records};
}

const passOf = (company: Company, resource: Resource): Pass => ({
  runId: runId('bench'),
  company,
  resource,
  slice: wholeResource,
  kind: 'first',
  sequence: 1,
});

class Sink {
  readonly #shape: ReturnType<typeof makeRowShaper>;
  readonly #writers = new Map<TableName, PartWriter>();
  readonly #encodes: boolean;

  constructor({company, resource, encodes}: {company: Company; resource: Resource; encodes: boolean}) {
    this.#shape = makeRowShaper({resource, companyId: company.id, loadId: loadId('bench')});
    this.#encodes = encodes;
  }

  async take(records: Parameters<ReturnType<typeof makeRowShaper>>[0], place: number): Promise<void> {
    const {batches} = this.#shape(records, place);
    if (!this.#encodes) return;
    for (const batch of batches) {
      if (batch.rows === 0) continue;
      const writer = this.#writers.get(batch.table) ?? new PartWriter(batch.columns);
      this.#writers.set(batch.table, writer);
      writer.add(batch);
      if (writer.heldBytes > partBytesMax) writer.finish();
    }
  }

  async end(): Promise<void> {
    for (const writer of this.#writers.values()) writer.finish();
  }
}

/** A command of the product, whole. */
async function command(place: Place, name: Command): Promise<Counts> {
  const {visma, workspace} = place;
  const configPath = path.join(place.folder, 'visma.yml');
  const companies = visma.companies.map(({id, name: full, tenantId, currency}) => ({
    id,
    name: full,
    tenant_id: tenantId,
    currency,
  }));
  const {clientId, clientSecret, tokenUrl, apiUrl} = visma;
  const config = {
    visma: {client_id: clientId, client_secret: clientSecret, token_url: tokenUrl, api_url: apiUrl, companies},
    databricks: {
      host: workspace.host,
      client_id: workspace.clientId,
      client_secret: workspace.clientSecret,
      warehouse_id: workspace.warehouseId,
    },
    sync: {rate_share: 1, ...(place.resources && {resources: place.resources})},
    ...(place.ledger && {ledger: place.ledger}),
  };
  await writeFile(configPath, JSON.stringify(config));
  const byName: Record<string, number> = {};
  const count = (label: string): void => {
    byName[label] = (byName[label] ?? 0) + 1;
  };
  const statements: Record<string, Took> = {};
  const took = (label: string, ms: number): void => {
    const {count: former, ms: formerMs} = statements[label] ?? {count: 0, ms: 0};
    statements[label] = {count: former + 1, ms: formerMs + ms};
  };
  const report = await perform(
    {command: name, configPath, wait: false, acceptDeletions: false, offline: false},
    {
      events: event => {
        if (event.event === 'call') count(event.resource ?? 'token');
        if (event.event !== 'statement') return;
        took(event.statement, event.ms);
        if (name !== 'land') count(`statement ${event.statement}`);
      },
      environment: {},
      signal: new AbortController().signal,
      clock: systemClock,
      random: systemRandom,
    },
  );
  if (report.exitCode !== 0)
    throw new Error(`${name} ended with ${report.exitCode}: ${JSON.stringify(report.problems)}`);
  const records = report.passes.reduce((sum, pass) => sum + pass.read, 0);
  const {calls, uploads} = report;
  const tables = report.tables.map(({table}) => table);
  return {calls, uploads, statements: report.statements, records, tables, byName, took: statements};
}

function run(stage: string, place: Place): Promise<Counts> {
  switch (stage) {
    case 'ceiling':
      return ceiling(place);
    case 'read':
    case 'rows':
    case 'parquet':
      return readWith(place, stage);
    case 'land':
    case 'commit':
    case 'sync':
      return command(place, stage);
    default:
      throw new RangeError(`no such stage: ${stage}`);
  }
}

/**
 * The most memory that this process has had, where Linux tells it: the other count begins with what the process had
 * that started this one.
 */
async function peakMb(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kb ?? process.resourceUsage().maxRSS) / 1024;
}

const [stage = '', place = ''] = process.argv.slice(2);
if (stage !== '') {
  const begunMs = performance.now();
  const before = process.cpuUsage();
  const counts = await run(stage, JSON.parse(place) as Place);
  const {user, system} = process.cpuUsage(before);
  const measured: Measured = {
    stage,
    ms: performance.now() - begunMs,
    cpuMs: (user + system) / 1000,
    peakMb: await peakMb(),
    ...counts,
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}
