import type {Derived, Making} from '../endpoint.ts';
import {type Entity, type Exact, exact, type Json, numberText} from '../exact.ts';
import {plainText, scaled} from '../money.ts';

/*
 * What is owed to each supplier and by each customer over a range of periods, from the documents that are released:
 * invoices when they were posted, payments when they closed them.
 */
const scale = 30;
const wholeOf = (value: Json | undefined): bigint => scaled(numberText(value) ?? '0', scale);
const numberOf = (value: bigint): Exact => exact(plainText(value, scale));

interface Balance {
  readonly party: Entity;
  begun: bigint;
  documents: bigint;
  payments: bigint;
  adjustments: bigint;
}

interface Side {
  readonly invoices: string;
  readonly party: string;
  /** Document types that lower what is owed. */
  readonly lowering: readonly string[];
}

function balancesOf({rows, query}: Making, {invoices, party, lowering}: Side): readonly Balance[] {
  const from = query.get('fromFinPeriod') ?? '';
  const to = query.get('toFinPeriod') || '999999';
  const balances = new Map<string, Balance>();
  for (const document of rows(invoices)) {
    const of = document[party] as Entity | undefined;
    if (!of || (document['status'] !== 'Open' && document['status'] !== 'Closed')) continue;
    const posted = String(document['financialPeriod']);
    if (posted > to) continue;
    const balance = balances.get(String(of['number'])) ?? nothing(of);
    balances.set(String(of['number']), balance);
    const lowers = lowering.includes(String(document['documentType']));
    const amount = wholeOf(document['amount']) * (lowers ? -1n : 1n);
    if (posted < from) balance.begun += amount;
    else if (lowers) balance.adjustments += amount;
    else balance.documents += amount;
    const closed = document['status'] === 'Closed' ? String(document['closedFinancialPeriod'] ?? posted) : '999999';
    if (closed < from) balance.begun -= amount;
    else if (closed <= to) balance.payments -= amount;
  }
  return [...balances.values()];
}

const nothing = (party: Entity): Balance => ({party, begun: 0n, documents: 0n, payments: 0n, adjustments: 0n});

const ended = ({begun, documents, payments, adjustments}: Balance): Exact =>
  numberOf(begun + documents + payments + adjustments);

const by = ['fromFinPeriod', 'toFinPeriod'];

export const supplierBalances: Derived = {
  from: ['supplierInvoice'],
  by,
  traceable: false,
  make: making =>
    balancesOf(making, {invoices: 'supplierInvoice', party: 'supplier', lowering: ['DebitAdj']}).map(balance => ({
      branch: '1',
      supplier: balance.party,
      beginBalance: numberOf(balance.begun),
      purchases: numberOf(balance.documents),
      paymentsAndPrepayments: numberOf(balance.payments),
      adjustmentsAndDiscounts: numberOf(balance.adjustments),
      yearToDateBalance: ended(balance),
    })),
};

export const customerBalances: Derived = {
  from: ['customerinvoice', 'customer'],
  by,
  traceable: false,
  make: making => {
    const ids = new Map(making.lookUp('customer').map(({number, internalId}) => [number, internalId]));
    const side = {invoices: 'customerinvoice', party: 'customer', lowering: ['CreditNote']};
    return balancesOf(making, side).map(balance => ({
      branchNumber: {number: '1', name: 'Huvudkontor'},
      customer: {internalId: ids.get(balance.party['number']) ?? null, ...balance.party},
      beginBalance: numberOf(balance.begun),
      sales: numberOf(balance.documents),
      paymentsAndPrepayments: numberOf(balance.payments),
      adjustmentsAndDiscounts: numberOf(balance.adjustments),
      overdueCharges: exact('0.0'),
      yearToDateBalance: ended(balance),
    }));
  },
};
