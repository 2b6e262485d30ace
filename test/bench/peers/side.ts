import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type Command, perform} from '../../../src/app/app.ts';
import {systemClock} from '../../../src/base/clock.ts';
import {systemRandom} from '../../../src/base/random.ts';
import type {List, PeerPlace, Side} from './place.ts';

/*
 * One side of the comparison in a process of its own: `node test/bench/peers/side.ts SIDE PLACE`, the ceiling of any
 * JavaScript reader or a command of the product, over the same lists. Prints what it took as one line of JSON.
 */
type Visma = PeerPlace['visma'];
type Read = Pick<Side, 'records' | 'lines'>;

async function tokenOf({clientId, clientSecret, tokenUrl}: Visma, tenantId: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'vismanet_erp_service_api:read',
    tenant_id: tenantId,
  };
  const answer = await fetch(tokenUrl, {method: 'POST', body: new URLSearchParams(form)});
  return ((await answer.json()) as {access_token: string}).access_token;
}

type Got = ReadonlyArray<{readonly metadata?: {readonly totalCount: number; readonly maxPageSize: number}}>;

/** Fetch and JSON.parse of every page, and nothing else. Gives how many records came. */
async function ceiling({visma, lists}: PeerPlace): Promise<Read> {
  let records = 0;
  for (const {tenantId} of visma.companies) {
    const headers = {authorization: `Bearer ${await tokenOf(visma, tenantId)}`};
    for (const list of lists) records += await pagesOf(list, visma.apiUrl, headers);
  }
  return {records};
}

async function pagesOf(list: List, apiUrl: string, headers: Readonly<Record<string, string>>): Promise<number> {
  for (let page = 1, records = 0; ; page++) {
    const query = new URLSearchParams({...list.query, pageNumber: String(page), pageSize: '5000'});
    const answer = await fetch(`${apiUrl}${list.path}?${query}`, {headers});
    const rows = JSON.parse(await answer.text()) as Got;
    records += rows.length;
    const {totalCount = 0, maxPageSize = 5000} = rows[0]?.metadata ?? {};
    if (page * Math.min(5000, maxPageSize) >= totalCount) return records;
  }
}

async function command({folder, visma, workspace, lists}: PeerPlace, name: Command): Promise<Read> {
  const configPath = path.join(folder, 'visma.yml');
  const {clientId, clientSecret, tokenUrl, apiUrl} = visma;
  const companies = visma.companies.map(({id, name: full, tenantId, currency}) => ({
    id,
    name: full,
    tenant_id: tenantId,
    currency,
  }));
  const config = {
    visma: {client_id: clientId, client_secret: clientSecret, token_url: tokenUrl, api_url: apiUrl, companies},
    databricks: {
      host: workspace.host,
      client_id: workspace.clientId,
      client_secret: workspace.clientSecret,
      warehouse_id: workspace.warehouseId,
    },
    sync: {rate_share: 1, resources: lists.map(list => list.name)},
  };
  await writeFile(configPath, JSON.stringify(config));
  const report = await perform(
    {command: name, configPath, wait: false, acceptDeletions: false, offline: false},
    {
      events: () => undefined,
      environment: {},
      signal: new AbortController().signal,
      clock: systemClock,
      random: systemRandom,
    },
  );
  if (report.exitCode !== 0)
    throw new Error(`${name} ended with ${report.exitCode}: ${JSON.stringify(report.problems)}`);
  const lines = report.tables.find(({table}) => table === 'journal_transaction_line')?.new;
  const records = report.passes.reduce((sum, pass) => sum + pass.read, 0);
  return {records, ...(lines !== undefined && {lines})};
}

/** The most memory that this process has had, as Linux tells it. */
async function peakMb(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kb ?? process.resourceUsage().maxRSS) / 1024;
}

const [side = '', given = ''] = process.argv.slice(2);
const place = JSON.parse(given) as PeerPlace;
const begunMs = performance.now();
const before = process.cpuUsage();
const read = side === 'ceiling' ? await ceiling(place) : await command(place, side as Command);
const {user, system} = process.cpuUsage(before);
const measured: Side = {
  seconds: (performance.now() - begunMs) / 1000,
  cpu: (user + system) / 1e6,
  peakMb: await peakMb(),
  ...read,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
