import {spawn} from 'node:child_process';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import Table from 'cli-table3';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {booksOf} from '../flows/books.ts';
import {quoteRates} from '../flows/quoted-rates.ts';
import {assertTruth} from '../flows/truth.ts';
import {asRealCompanies} from '../sim/visma/behaviour.ts';
import {exact, startVisma, type VismaSim} from '../sim/visma/visma.ts';
import {openTables} from './tables.ts';

/*
 * The real job three times, from a configuration file as a user would write it, against a Visma.net on this machine
 * and a workspace in a folder: a first load, a run in which nothing is new, and a run after a day of business. Then
 * every table is compared with Visma's own records, and the demo fails where one differs or a period of the ledger is
 * not proven; and the certificate of the last run is written as a page.
 */
const folder = path.resolve('.demo');
const workspace = path.join(folder, 'workspace');
const configPath = path.join(folder, 'visma.yml');
const page = path.join(folder, 'certificate.html');
/** What personal columns are hashed with. */
const salt = 'no secret: a salt of the demo';

function say(text: string): void {
  process.stdout.write(`\n\u2501\u2501 ${text}\n\n`);
}

/** As the configuration refers to the environment. */
const reference = (name: string): string => `\${${name}}`;

async function writeConfig(visma: VismaSim): Promise<void> {
  const companies = visma.companies.map(
    ({id, name, tenantId, currency}) =>
      `    - {id: ${id}, name: ${name}, tenant_id: ${tenantId}, currency: ${currency}}`,
  );
  const lines = [
    'visma:',
    `  client_id: ${reference('VISMA_CLIENT_ID')}`,
    `  client_secret: ${reference('VISMA_CLIENT_SECRET')}`,
    `  token_url: ${visma.tokenUrl}`,
    `  api_url: ${visma.apiUrl}`,
    '  companies:',
    ...companies,
    'ledger:',
    '  routes:',
    '    - {accounts: ["3000-3999", "30000-39999"], group: revenue, table: gl_revenue, column: net_revenue}',
    '    - {accounts: ["4000-4999", "40000-49999"], group: cost_of_sales, column: cost_of_sales}',
    '    - {accounts: ["5000-8999", "50000-89999"], group: other_costs, column: other_costs}',
    '    - {accounts: ["1000-1999", "10000-19999"], group: assets}',
    '    - {accounts: ["2000-2999", "20000-29999"], group: equity_and_liabilities}',
    '  dimensions:',
    '    - {segment: 1, column: cost_center}',
    '  group_currency: SEK',
    '  rates: {type: SPOT, company: se}',
  ];
  await writeFile(configPath, `${lines.join('\n')}\n`);
}

/** A command of the product, in a process of its own. */
function run(visma: VismaSim, name: string, ...options: readonly string[]): Promise<void> {
  const command = ['src/main.ts', name, ...options, '--local', workspace, '--config', configPath];
  const credentials = {VISMA_CLIENT_ID: visma.clientId, VISMA_CLIENT_SECRET: visma.clientSecret};
  const env = {...process.env, ...credentials, VISMA_PRIVACY_SALT: salt};
  // Its events go nowhere here: on a terminal there are progress bars, and the closing table speaks for itself.
  const child = spawn(process.execPath, command, {stdio: ['ignore', 'pipe', 'inherit'], env});
  let line = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${line}${text}`.split('\n');
    line = lines.pop() ?? '';
    for (const each of lines) if (!each.startsWith('{')) process.stdout.write(`${each}\n`);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve();
      else reject(new Error(`${name} ended with exit code ${code}`));
    });
  });
}

/** A day later: new documents and payments, a changed line, a lost line, and a table that was touched for nothing. */
function dayOfBusiness(visma: VismaSim): void {
  visma.clock.advance(24 * 60 * 60 * 1000);
  for (const {id} of visma.companies) visma.trade({company: id, invoices: 6, payments: 3});
  const [invoice] = visma.truth('se')['supplierInvoice'] ?? [];
  if (invoice) {
    const key = [String(invoice['documentType']), String(invoice['referenceNumber'])];
    const which = {company: 'se', collection: 'supplierInvoice', key};
    visma.changeLine({...which, place: 0, fields: {cost: exact('1234.5600')}});
  }
  visma.restamp({company: 'no', collection: 'customer'});
}

/** Every row of every table, column by column, against what Visma's lists show now. */
async function compareTables(visma: VismaSim): Promise<void> {
  const usual = resources.filter(({groups}) => groups.includes('default'));
  const local = await openLocalWorkspace({
    folder: workspace,
    catalog: 'main',
    clock: systemClock,
    random: systemRandom,
  });
  try {
    const books = visma.companies.map(({id}) => booksOf(visma, id));
    const only = usual.map(({name}) => name);
    const rows = await assertTruth(sql => local.query(sql), books, {resources: only, salt});
    const tables = usual.flatMap(tablesOf).length;
    say(`Compared with Visma's own records: ${rows} rows in ${tables} tables are equal, to the cent`);
  } finally {
    await local.close();
  }
}

/** No lines between rows. */
const compact = {mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': ''};

function show(title: string, rows: ReadonlyArray<Readonly<Record<string, unknown>>>): void {
  const [first] = rows;
  say(title);
  if (!first) return;
  const table = new Table({head: Object.keys(first), style: {head: [], border: []}, chars: compact});
  for (const row of rows) table.push(Object.values(row).map(value => String(value ?? '')));
  process.stdout.write(`${table.toString()}\n`);
}

const changesOf = (name: string): string =>
  `SELECT '${name}' AS "table", COUNT(*) FILTER (_first_seen_at IS NOT NULL) AS "new",
    COUNT(*) FILTER (_first_seen_at IS NULL AND _deleted_at IS NULL) AS changed,
    COUNT(*) FILTER (_deleted_at IS NOT NULL) AS gone
  FROM visma."${name}" WHERE _commit > (SELECT MIN(_commit) FROM visma.account) HAVING COUNT(*) > 0`;

/** Every period of every company against Visma's own balances; the demo fails where one differs. */
async function showProof(): Promise<void> {
  const tables = await openTables(workspace);
  const rows = await tables.query(`SELECT p.company_id AS company, COUNT(*) AS periods,
      COUNT(*) FILTER (p.state = 'proven') AS proven, COUNT(*) FILTER (p.state <> 'proven') AS "not proven",
      SUM(p.cells) AS "accounts compared", COUNT(c.recorded_at) AS "closed, recorded",
      (SELECT COUNT(*) FROM visma_control.journal_check AS j
        WHERE j.company_id = p.company_id AND j.resolved_at IS NULL) AS "open findings"
    FROM visma_control.period_proof AS p
    LEFT JOIN visma_control.period_close AS c
      ON c.company_id = p.company_id AND c.financial_period = p.financial_period
    GROUP BY p.company_id ORDER BY p.company_id`);
  tables.close();
  show("The proof: posted lines against Visma's own balances, to the last decimal", rows);
  const unproven = rows.filter(row => Number(row['not proven']) > 0);
  if (rows.length !== visma.companies.length || unproven.length > 0) throw new Error('the ledger is not proven');
}

async function showTables(): Promise<void> {
  const tables = await openTables(workspace);
  const raw = new Set<string>(resources.flatMap(tablesOf).map(({name}) => name));
  const names = tables.names.filter(name => raw.has(name));
  show(
    'The group in SEK by kind of account and period, of general_ledger',
    await tables.query(`SELECT financial_period AS period, account_group AS "group", account_type AS type, companies,
        group_debit AS debit, group_credit AS credit, group_amount AS amount
      FROM visma.trial_balance_group WHERE financial_period >= '202603' ORDER BY 1, 2, 3 LIMIT 12`),
  );
  show(
    'The journals of three companies, by account (the largest)',
    await tables.query(`SELECT l.company_id AS company, l.account_number AS account, any_value(a.description) AS name,
        COUNT(*) AS lines, CAST(SUM(l.debit_amount) AS DECIMAL(18,2)) AS debit,
        CAST(SUM(l.credit_amount) AS DECIMAL(18,2)) AS credit
      FROM visma.journal_transaction_line AS l
      LEFT JOIN visma.account AS a
        ON a.company_id = l.company_id AND a.record_id = l.account_number AND a._deleted_at IS NULL
      WHERE l._deleted_at IS NULL
      GROUP BY l.company_id, l.account_number ORDER BY COUNT(*) DESC, company, account LIMIT 9`),
  );
  show(
    'What changed since the first load',
    await tables.query(`${names.map(changesOf).join(' UNION ALL ')} ORDER BY 1`),
  );
  show(
    'How far each company has been read',
    await tables.query(`SELECT company_id AS company, resource, sequence AS loads, watermark, next_since AS next
      FROM visma_control.checkpoint WHERE company_id = 'se' ORDER BY resource`),
  );
  const file = path.relative('.', tables.file);
  say(`The tables are in ${file}, a DuckDB file. To query it, with the duckdb command:`);
  process.stdout.write(`duckdb ${file} "SELECT * FROM visma.supplier LIMIT 3"\n`);
  say('or without it:');
  process.stdout.write(`npx node test/demo/query.ts "SELECT number, name, status FROM visma.supplier LIMIT 3"\n`);
  tables.close();
}

await rm(folder, {recursive: true, force: true});
await mkdir(folder, {recursive: true});
const visma = await startVisma({nasty: false, behaviour: asRealCompanies});
quoteRates(visma);
try {
  await writeConfig(visma);
  say('First run: everything');
  await run(visma, 'sync');
  say('Second run: nothing is new');
  await run(visma, 'sync');
  dayOfBusiness(visma);
  say('Third run: after a day of business');
  await run(visma, 'sync');
  await compareTables(visma);
  await showProof();
  await showTables();
  say('The certificate of the last run, for an auditor');
  await run(visma, 'certificate', '--output', page);
  say(`To look at it, open ${path.relative('.', page)} in a browser`);
} finally {
  await visma.close();
}
