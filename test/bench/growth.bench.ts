import assert from 'node:assert/strict';
import {mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import Table from 'cli-table3';
import {type Command, perform} from '../../src/app/app.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import type {Report} from '../../src/model/report.ts';
import {startVisma, type VismaSim} from '../sim/visma/visma.ts';

/*
 * What work costs as companies grow: calls, files and statements, which are counts and no times, of a first load, of a
 * run in which nothing is new, and of one after a record in a hundred changed in every list of every company. The
 * simulator has three sets of books; further companies read one of these under a tenant of their own, whose tokens are
 * those of its books.
 *   GROWTH_COMPANIES="3 30 300" GROWTH_LISTS=default node test/bench/growth.bench.ts
 */
const sizes = (process.env['GROWTH_COMPANIES'] ?? '3 30 300').split(/[\s,]+/).map(Number);

/** One list of each kind: delta, delta with lines, pages of lines, whole, whole and then each record, by ledger. */
const representative = [
  'supplier',
  'supplier_invoice',
  'journal_transaction',
  'account',
  'dimension',
  'general_ledger_balance',
];
const lists = process.env['GROWTH_LISTS']?.split(/[\s,]+/) ?? representative;

/** What people change, by collection. */
const changing = {
  supplier: {key: ['number'], fields: {name: 'Renamed AB'}},
  supplierInvoice: {key: ['documentType', 'referenceNumber'], fields: {note: 'corrected'}},
  journaltransaction: {key: ['module', 'batchNumber'], fields: {description: 'corrected'}},
} as const;

interface Cost {
  readonly calls: number;
  readonly files: number;
  readonly statements: number;
  readonly mirror: number;
  /** Statements by what they do. */
  readonly kinds: Readonly<Record<string, number>>;
}

interface Place {
  readonly folder: string;
  readonly visma: VismaSim;
  readonly companies: number;
  readonly tokens: Server;
}

const table = new Table({
  head: ['companies', 'run', 'calls', 'calls a company', 'files', 'statements', 'mirror bytes'],
  style: {head: [], border: []},
});
/** What the statements of each run did. */
const kindsOf: string[] = [];
for (const companies of sizes) await measured(companies);
process.stdout.write([`${lists.length} lists: ${lists.join(', ')}`, table.toString(), ...kindsOf, ''].join('\n'));

async function measured(companies: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-growth-'));
  const size = {invoices: 300, journalLines: 1200, suppliers: 300, customers: 30};
  const visma = await startVisma({size, behaviour: {rateLimit: 1_000_000}});
  const tokens = await tokensOf(visma);
  const workspace = await openLocalWorkspace({
    folder: path.join(folder, 'workspace'),
    catalog: 'main',
    clock: systemClock,
    random: systemRandom,
  });
  try {
    const place = {folder, visma, companies, tokens};
    await writeConfig(place, workspace);
    show(companies, 'first load', await run(place, 'sync'));
    const empty = await run(place, 'sync');
    show(companies, 'nothing new', empty);
    assert.deepEqual([empty.statements, empty.files], [0, 0]);
    changeSome(visma);
    show(companies, '1 % changed', await run(place, 'sync'));
    const [held] = await workspace.query('SELECT COUNT(DISTINCT company_id) AS n FROM main.visma.supplier');
    assert.equal(Number(held?.['n']), companies);
  } finally {
    tokens.close();
    await visma.close();
    await workspace.close();
    await rm(folder, {recursive: true, force: true});
  }
}

/** Gives the tenant `<books>/<number>` a token of its books. */
async function tokensOf({tokenUrl}: VismaSim): Promise<Server> {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    form.set('tenant_id', (form.get('tenant_id') ?? '').split('/')[0] ?? '');
    const answer = await fetch(tokenUrl, {method: 'POST', body: form});
    response.writeHead(answer.status, {'content-type': 'application/json'}).end(await answer.text());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function writeConfig(
  {folder, visma, companies, tokens}: Place,
  workspace: Awaited<ReturnType<typeof openLocalWorkspace>>,
) {
  const {clientId, clientSecret, apiUrl} = visma;
  const tokenUrl = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`;
  const entities = Array.from({length: companies}, (_, index) => {
    const books = visma.companies[index % visma.companies.length];
    assert.ok(books);
    const {tenantId, currency} = books;
    return {id: `c${index}`, tenant_id: `${tenantId}/${index}`, currency};
  });
  const config = {
    visma: {
      client_id: clientId,
      client_secret: clientSecret,
      token_url: tokenUrl,
      api_url: apiUrl,
      companies: entities,
    },
    databricks: {
      host: workspace.host,
      client_id: workspace.clientId,
      client_secret: workspace.clientSecret,
      warehouse_id: workspace.warehouseId,
    },
    sync: {rate_share: 1, resources: lists, sweep_every: 'never'},
    lineage: {external: false, tags: false},
  };
  return writeFile(path.join(folder, 'visma.yml'), JSON.stringify(config));
}

async function run({folder}: Place, command: Command): Promise<Cost> {
  const kinds: Record<string, number> = {};
  const report: Report = await perform(
    {command, configPath: path.join(folder, 'visma.yml'), wait: false, acceptDeletions: false, offline: false},
    {
      events: event => {
        if (event.event === 'statement') kinds[event.statement] = (kinds[event.statement] ?? 0) + 1;
      },
      environment: {},
      signal: new AbortController().signal,
      clock: systemClock,
      random: systemRandom,
    },
  );
  assert.equal(report.exitCode, 0, JSON.stringify(report.problems));
  const {calls, uploads, statements} = report;
  return {calls, files: uploads, statements, mirror: await mirrorBytes(folder), kinds};
}

/** How large the mirror is that a run begins with, in place of asking the warehouse. */
async function mirrorBytes(folder: string): Promise<number> {
  const files = await readdir(folder, {recursive: true});
  const mirror = files.find(file => path.basename(file) === 'mirror.json');
  return mirror === undefined ? 0 : (await stat(path.join(folder, mirror))).size;
}

/** An hour later one record in a hundred is another, and one at least, in each list that people change. */
function changeSome(visma: VismaSim): void {
  visma.clock.advance(3_600_000);
  for (const {id: company} of visma.companies) {
    for (const [collection, {key, fields}] of Object.entries(changing)) {
      const {rows} = visma.booksOf(company).collection(collection);
      for (const record of rows.filter((_, index) => index % 100 === 0)) {
        visma.change({company, collection, key: key.map(name => String(record[name])), fields});
      }
    }
  }
}

function show(companies: number, title: string, {calls, files, statements, mirror, kinds}: Cost): void {
  table.push([companies, title, calls, (calls / companies).toFixed(1), files, statements, mirror]);
  const named = Object.entries(kinds).toSorted(([, one], [, other]) => other - one);
  const words = named.map(([kind, count]) => `${kind} ${count}`).join(', ');
  if (words !== '') kindsOf.push(`${companies}, ${title}: ${words}`);
}
