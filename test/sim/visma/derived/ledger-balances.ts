import type {Behaviour} from '../behaviour.ts';
import type {Derived, Making} from '../endpoint.ts';
import {type Entity, type Exact, entitiesIn, exact, type Json, numberText} from '../exact.ts';
import {isTrue} from '../filters.ts';
import {plainText, scaled} from '../money.ts';
import {sortable} from '../stamps.ts';
import {accountOf} from './ledger-transactions.ts';

/**
 * What the posted lines add up to, for each period, account, subaccount and currency. What an account of assets or
 * liabilities holds is carried into every later period; income and costs begin at nothing each year.
 */
export const ledgerBalances: Derived = {
  from: ['journaltransaction', 'account', 'financialPeriod'],
  by: ['toggleBalanceSigns', 'excludeYTDAccount'],
  traceable: false,
  make: making => {
    const accounts = new Map(making.lookUp('account').map(account => [account['accountCD'], account]));
    const periods = periodsOf(making);
    const heaps = [...heapsOf(making).values()];
    const around = {making, accounts, periods};
    return [...heaps.flatMap(heap => rowsOf(heap, around)), ...systemRows(heaps, around)];
  },
};

interface Sums {
  debit: bigint;
  credit: bigint;
  debitInCurrency: bigint;
  creditInCurrency: bigint;
  stamp: string;
}

/** All postings of one account, subaccount and currency. */
interface Heap {
  readonly batch: Entity;
  readonly line: Entity;
  readonly periods: Map<string, Sums>;
  /** When the first of them was written. */
  firstStamp: string;
}

const scale = 18;
const wholeOf = (value: Json | undefined): bigint => scaled(numberText(value) ?? '0', scale);
const numberOf = (value: bigint): Exact => exact(plainText(value, scale));
const later = (left: string, right: string): string =>
  (sortable(left) ?? '') < (sortable(right) ?? '') ? right : left;

/** When rows of a period are first written. An adjustment period comes with the last month of its year. */
const beginOf = (period: string): string =>
  `${period.slice(0, 4)}-${period.endsWith('13') ? '12' : period.slice(4)}-01T00:05:00.1`;

const periodsOf = ({lookUp}: Making): readonly string[] =>
  [
    ...new Set([
      ...lookUp('financialPeriod').map(({year, period}) => `${String(year)}${String(period)}`),
      ...lookUp('journaltransaction').map(({financialPeriod}) => String(financialPeriod)),
    ]),
  ].toSorted();

function heapsOf({rows}: Making): ReadonlyMap<string, Heap> {
  const heaps = new Map<string, Heap>();
  for (const batch of rows('journaltransaction')) {
    if (batch['status'] !== 'Posted') continue;
    const stamp = String(batch['lastModifiedDateTime']);
    for (const line of entitiesIn(batch['journalTransactionLines'])) {
      const {subaccountId = null} = (line['subaccount'] ?? {}) as Entity;
      const branch = line['branch'] ?? batch['branch'] ?? '1';
      const name = JSON.stringify([branch, batch['ledger'], line['accountNumber'], subaccountId, batch['currencyId']]);
      const heap = heaps.get(name) ?? {batch, line, periods: new Map<string, Sums>(), firstStamp: stamp};
      if (later(heap.firstStamp, stamp) === heap.firstStamp) heap.firstStamp = stamp;
      heaps.set(name, heap);
      addTo(heap, String(batch['financialPeriod']), {line, stamp});
    }
  }
  return heaps;
}

function addTo({periods}: Heap, period: string, {line, stamp}: {line: Entity; stamp: string}): void {
  const nothing = {debit: 0n, credit: 0n, debitInCurrency: 0n, creditInCurrency: 0n, stamp};
  const sums = periods.get(period) ?? nothing;
  periods.set(period, sums);
  sums.debit += wholeOf(line['debitAmount']);
  sums.credit += wholeOf(line['creditAmount']);
  sums.debitInCurrency += wholeOf(line['debitAmountInCurrency']);
  sums.creditInCurrency += wholeOf(line['creditAmountInCurrency']);
  sums.stamp = later(sums.stamp, stamp);
}

interface Around {
  readonly making: Making;
  readonly accounts: ReadonlyMap<Json | undefined, Entity>;
  readonly periods: readonly string[];
}

function rowsOf(heap: Heap, {making, accounts, periods}: Around): readonly Entity[] {
  const account = accounts.get(heap.line['accountNumber']);
  const carried = account?.['type'] !== 'Income' && account?.['type'] !== 'Expense';
  const sign = signOf(account, making);
  const rows: Entity[] = [];
  let begun = 0n;
  let begunInCurrency = 0n;
  let newest = '';
  for (const [place, period] of periods.entries()) {
    if (!carried && periods[place - 1]?.slice(0, 4) !== period.slice(0, 4)) [begun, begunInCurrency] = [0n, 0n];
    const sums = heap.periods.get(period);
    if (sums) newest = later(newest, sums.stamp);
    if (!sums && (!carried || newest === '')) continue;
    const ended = begun + (sums ? sums.debit - sums.credit : 0n);
    const endedInCurrency = begunInCurrency + (sums ? sums.debitInCurrency - sums.creditInCurrency : 0n);
    rows.push({
      ...rowOf(heap, {period, account}),
      periodToDateDebit: numberOf(sums?.debit ?? 0n),
      periodToDateCredit: numberOf(sums?.credit ?? 0n),
      beginningBalance: numberOf(begun * sign),
      yearToDateBalance: numberOf(ended * sign),
      periodToDateDebitInCurrency: numberOf(sums?.debitInCurrency ?? 0n),
      periodToDateCreditInCurrency: numberOf(sums?.creditInCurrency ?? 0n),
      beginningBalanceInCurrency: numberOf(begunInCurrency * sign),
      yearToDateBalanceInCurrency: numberOf(endedInCurrency * sign),
      lastModifiedDateTime: stampOfRow({sums, period, heap, newest}, making.behaviour),
    });
    [begun, begunInCurrency] = [ended, endedInCurrency];
  }
  return rows;
}

/**
 * Two accounts that the ERP keeps by itself. What is posted to income and costs is added to the result of the year as
 * well, debit and credit, in the history alone: no journal line is on it, and excludeYTDAccount leaves it out. The
 * results of earlier years stand on another account from the first period of the next year on, without any movement.
 */
const systemAccounts = {result: '2069', retained: '2068'} as const;

function systemRows(heaps: readonly Heap[], around: Around): readonly Entity[] {
  const {making, accounts} = around;
  const results = Map.groupBy(
    heaps.filter(({line}) => ['Income', 'Expense'].includes(String(accounts.get(line['accountNumber'])?.['type']))),
    ({batch, line}) => JSON.stringify([line['branch'] ?? batch['branch'] ?? '1', batch['ledger']]),
  );
  const isLeftOut = isTrue(making.query.get('excludeYTDAccount') ?? undefined) && !making.behaviour.ignoresExcludeYTD;
  return [...results.values()].flatMap(own => {
    const [first] = own;
    if (!first) return [];
    return [...(isLeftOut ? [] : resultRows(own, first, around)), ...retainedRows(own, first, around)];
  });
}

/** The sums of a group of heaps in one period. */
function together(heaps: readonly Heap[], period: string): Sums | undefined {
  const found = heaps.flatMap(({periods}) => periods.get(period) ?? []);
  return found.reduce<Sums | undefined>(
    (sum, each) => ({
      debit: (sum?.debit ?? 0n) + each.debit,
      credit: (sum?.credit ?? 0n) + each.credit,
      debitInCurrency: 0n,
      creditInCurrency: 0n,
      stamp: sum ? later(sum.stamp, each.stamp) : each.stamp,
    }),
    undefined,
  );
}

function resultRows(heaps: readonly Heap[], first: Heap, {periods}: Around): readonly Entity[] {
  let begun = 0n;
  return periods.flatMap((period, place) => {
    if (periods[place - 1]?.slice(0, 4) !== period.slice(0, 4)) begun = 0n;
    const sums = together(heaps, period);
    if (!sums) return [];
    const before = begun;
    begun += sums.debit - sums.credit;
    return [systemRow(first, {period, number: systemAccounts.result, begun: before, ended: begun, sums})];
  });
}

function retainedRows(heaps: readonly Heap[], first: Heap, {periods}: Around): readonly Entity[] {
  let earlier = 0n;
  let ofYear = 0n;
  let stamp = first.firstStamp;
  return periods.flatMap((period, place) => {
    const isNew = place > 0 && periods[place - 1]?.slice(0, 4) !== period.slice(0, 4);
    if (isNew) [earlier, ofYear] = [earlier + ofYear, 0n];
    const sums = together(heaps, period);
    ofYear += sums ? sums.debit - sums.credit : 0n;
    if (earlier === 0n) return [];
    stamp = later(stamp, beginOf(period));
    const none = {debit: 0n, credit: 0n, debitInCurrency: 0n, creditInCurrency: 0n, stamp};
    return [systemRow(first, {period, number: systemAccounts.retained, begun: earlier, ended: earlier, sums: none})];
  });
}

interface SystemRow {
  readonly period: string;
  readonly number: string;
  readonly begun: bigint;
  readonly ended: bigint;
  readonly sums: Sums;
}

const systemRow = ({batch, line}: Heap, {period, number, begun, ended, sums}: SystemRow): Entity => ({
  branch: {number: line['branch'] ?? batch['branch'] ?? '1', name: 'Huvudkontor'},
  ledger: {id: batch['ledger'], description: batch['ledgerDescription'] ?? null},
  balanceType: 'Actual',
  financialPeriod: period,
  account: {type: 'Liability', number, description: `Konto ${number}`},
  subaccountId: null,
  subAccountCd: null,
  currencyId: batch['currencyId'],
  yearClosed: false,
  errorInfo: null,
  periodToDateDebit: numberOf(sums.debit),
  periodToDateCredit: numberOf(sums.credit),
  beginningBalance: numberOf(-begun),
  yearToDateBalance: numberOf(-ended),
  periodToDateDebitInCurrency: numberOf(0n),
  periodToDateCreditInCurrency: numberOf(0n),
  beginningBalanceInCurrency: numberOf(0n),
  yearToDateBalanceInCurrency: numberOf(0n),
  lastModifiedDateTime: sums.stamp,
});

function signOf(account: Entity | undefined, {query, behaviour}: Making): bigint {
  const turned =
    behaviour.balanceSigns === 'by account type' &&
    (account?.['type'] === 'Liability' || account?.['type'] === 'Income');
  return turned !== isTrue(query.get('toggleBalanceSigns') ?? undefined) ? -1n : 1n;
}

/** A row that is only carried came with its period, or with the first posting of all, where that is later. */
function stampOfRow(
  {sums, period, heap, newest}: {sums: Sums | undefined; period: string; heap: Heap; newest: string},
  {laterBalances}: Behaviour,
): string {
  if (laterBalances === 'stamped') return newest;
  return sums?.stamp ?? later(beginOf(period), heap.firstStamp);
}

function rowOf({batch, line}: Heap, {period, account}: {period: string; account: Entity | undefined}): Entity {
  const {subaccountId = null, subaccountNumber = null} = (line['subaccount'] ?? {}) as Entity;
  return {
    branch: {number: line['branch'] ?? batch['branch'] ?? '1', name: 'Huvudkontor'},
    ledger: {id: batch['ledger'], description: batch['ledgerDescription'] ?? null},
    balanceType: 'Actual',
    financialPeriod: period,
    account: {...accountOf(line, account), description: account?.['description'] ?? null},
    subaccountId: subaccountId === null ? null : String(subaccountId),
    subAccountCd: subaccountNumber,
    currencyId: batch['currencyId'],
    yearClosed: false,
    errorInfo: null,
  };
}
