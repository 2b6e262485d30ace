import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import {entitiesIn, numberText} from '../sim/visma/exact.ts';
import {plainText, scaled} from '../sim/visma/money.ts';
import {adjusting, quoteRates} from './quoted-rates.ts';
import {World, type WorldOptions} from './world.ts';

/*
 * The general ledger against the simulator's own journals: what is expected is computed here, from the records, in
 * whole numbers, by other code than the product's.
 */

/** What the ledger needs, and no more, so that a flow takes seconds. */
const resources = [
  ...['account', 'ledger', 'branch', 'financial_period', 'currency_rate', 'subaccount', 'dimension'],
  ...['journal_transaction', 'general_ledger_balance'],
];

/** Revenue in three charts of accounts, two routes with tables of their own, and what the companies owe each other. */
export const mapping = {
  routes: [
    {accounts: ['3000-3999', '30000-39999'], group: 'revenue', table: 'gl_revenue', column: 'net_revenue'},
    {accounts: ['4000-4999'], companies: ['se', 'no'], group: 'goods', table: 'gl_goods', column: 'goods'},
    {accounts: ['40000-49999'], companies: ['dk'], group: 'goods', table: 'gl_goods', column: 'goods_dk'},
    {accounts: ['1510', '1500', '15100'], group: 'receivable', intercompany: 'true'},
  ],
  dimensions: [
    {segment: 1, column: 'cost_center'},
    {dimension: 'Projekt', column: 'project_code'},
  ],
  group_currency: 'SEK',
  rates: {type: 'SPOT', company: 'se'},
};

/** The mapping as these companies may have it: a route names configured ones only. */
export const mappingOf = (companies: readonly string[]): object => ({
  ...mapping,
  routes: mapping.routes.flatMap(route => {
    const own = route.companies?.filter(id => companies.includes(id));
    return own?.length === 0 ? [] : [{...route, ...(own && {companies: own})}];
  }),
});

/** Books with rates; nothing has been read yet. */
export async function openBooks(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await World.open(t, bookOptions(options));
  quoteRates(world.visma);
  return world;
}

/** The same after an initial load that ended with 0. */
export const loadedBooks = (t: TestContext, options: WorldOptions = {}): Promise<World> =>
  World.loaded(t, bookOptions(options), {prepare: ({visma}) => quoteRates(visma)});

function bookOptions(options: WorldOptions): WorldOptions {
  const visma = {size: {invoices: 12, journalLines: 150, suppliers: 9, customers: 9}, nasty: true, ...options.visma};
  const ledger = mappingOf(options.visma?.companies ?? ['se', 'no', 'dk']);
  return {ledger, ...options, visma, sync: {resources, ...options.sync}};
}

/** A posted line as the simulator has it. */
export interface Line {
  readonly company: string;
  readonly id: string;
  readonly account: string;
  readonly type: string;
  readonly period: string;
  /** In units of 10^-18. */
  readonly debit: bigint;
  readonly credit: bigint;
}

export function postedLines({visma}: World): readonly Line[] {
  return visma.companies.flatMap(({id: company}) => {
    const truth = visma.truth(company);
    const types = new Map(truth['account']?.map(({accountCD, type}) => [accountCD, String(type)]));
    const batches = (truth['journaltransaction'] ?? []).filter(({status}) => status === 'Posted');
    return batches.flatMap(batch =>
      entitiesIn(batch['journalTransactionLines']).map(line => ({
        company,
        id: `${String(batch['module'])}/${String(batch['batchNumber'])}/${String(line['lineNumber'])}`,
        account: String(line['accountNumber']),
        type: types.get(line['accountNumber'] ?? null) ?? '',
        period: String(batch['financialPeriod']),
        debit: scaled(numberText(line['debitAmount']) ?? '0', 18),
        credit: scaled(numberText(line['creditAmount']) ?? '0', 18),
      })),
    );
  });
}

/** Every posted line stands in the ledger once, to the last decimal, and nothing else does. */
export async function assertLines(world: World): Promise<number> {
  const rows = await world.query(`SELECT company_id, record_id, account, financial_period,
    CAST(debit AS STRING) AS debit, CAST(credit AS STRING) AS credit FROM main.visma.general_ledger`);
  const held = rows.map(row =>
    [row['company_id'], row['record_id'], row['account'], row['financial_period'], row['debit'], row['credit']].join(
      ' ',
    ),
  );
  const expected = postedLines(world).map(({company, id, account, period, debit, credit}) =>
    [company, id, account, period, tenDecimals(debit), tenDecimals(credit)].join(' '),
  );
  assert.deepEqual(held.toSorted(), expected.toSorted());
  return expected.length;
}

const tenDecimals = (value: bigint): string => {
  const [whole = '', fraction = ''] = plainText(rounded(value, 8) * 10n ** 8n, 18).split('.');
  return `${whole}.${fraction.slice(0, 10).padEnd(10, '0')}`;
};

/** A whole number divided by a power of ten, rounded half away from zero. */
function rounded(value: bigint, digits: number): bigint {
  const step = 10n ** BigInt(digits);
  const size = value < 0n ? -value : value;
  const result = (size + step / 2n) / step;
  return value < 0n ? -result : result;
}

/** Debit minus credit of all companies in SEK by group and period, in hundredths; groups by the accounts' codes. */
export function consolidated(world: World): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of postedLines(world)) {
    const amount = rounded(line.debit - line.credit, 14);
    const name = [line.period, groupOf(line.account), line.type].join(' ');
    sums.set(name, (sums.get(name) ?? 0n) + amount * rateOf(world, line));
  }
  return new Map([...sums].map(([name, sum]) => [name, rounded(sum, 12)]));
}

export function groupOf(account: string): string {
  if (/^3\d{3}$|^3\d{4}$/.test(account)) return 'revenue';
  if (/^4\d{3}$|^4\d{4}$/.test(account)) return 'goods';
  return ['1510', '1500', '15100'].includes(account) ? 'receivable' : 'other';
}

/**
 * In units of 10^-10: the mean of what came into force in the period for income and costs, else the last. In an
 * adjustment period nothing comes into force, so that everything takes the last of the year.
 */
function rateOf({visma}: World, {company, period, type}: Line): bigint {
  const currency = visma.company(company).currency;
  if (currency === 'SEK') return 10n ** 10n;
  const isAdjusting = period.endsWith(adjusting);
  const month = isAdjusting ? `${period.slice(0, 4)}12` : period;
  const quotes = (visma.truth('se')['currencyrate'] ?? [])
    .filter(quoted => [quoted['fromCurrencyId'], quoted['toCurrencyId']].join() === pairOf(currency))
    .filter(({effectiveDate}) => String(effectiveDate).slice(0, 7).replace('-', '') === month)
    .toSorted((one, other) => (String(one['effectiveDate']) < String(other['effectiveDate']) ? -1 : 1))
    .map(quoted => rounded(scaled(numberText(quoted[currency === 'NOK' ? 'rate' : 'rateReciprocal']) ?? '', 18), 8));
  const sum = quotes.reduce((total, each) => total + each, 0n);
  const count = BigInt(quotes.length);
  const isResult = !isAdjusting && (type === 'Income' || type === 'Expense');
  return isResult ? (2n * sum + count) / (2n * count) : (quotes.at(-1) ?? 0n);
}

const pairOf = (currency: string): string => (currency === 'NOK' ? 'NOK,SEK' : 'SEK,DKK');

/** What trial_balance_group says, as `consolidated` does. */
export async function groupBalance(world: World): Promise<ReadonlyMap<string, bigint>> {
  const rows = await world.query(`SELECT financial_period, account_group, account_type,
    CAST(group_amount AS STRING) AS amount FROM main.visma.trial_balance_group`);
  return new Map(
    rows.map(row => [
      [row['financial_period'], row['account_group'], row['account_type'] ?? ''].join(' '),
      scaled(String(row['amount']), 2),
    ]),
  );
}

/** How many periods stand in each state of proof. */
export async function proofStates(world: World): Promise<Readonly<Record<string, number>>> {
  const rows = await world.query('SELECT state, COUNT(*) AS periods FROM main.visma_control.period_proof GROUP BY 1');
  return Object.fromEntries(rows.map(row => [String(row['state']), Number(row['periods'])]));
}

/** The findings of the journal checks that stand, as `company check batch`. */
export async function findings(world: World): Promise<readonly string[]> {
  const rows = await world.query(`SELECT company_id, check_name, record_id FROM main.visma_control.journal_check
    WHERE resolved_at IS NULL ORDER BY 1, 2, 3`);
  return rows.map(row => [row['company_id'], row['check_name'], row['record_id']].join(' '));
}

/** How many rows of a table there are. */
export const countIn = async (world: World, table: string, where = 'true'): Promise<number> => {
  const [row] = await world.query(`SELECT COUNT(*) AS found FROM main.visma.${table} WHERE ${where}`);
  return Number(row?.['found']);
};
