import type {Entity} from '../exact.ts';
import {type BatchDraft, credit, debit, type Posting, reversed} from './batches.ts';
import type {Account} from './chart.ts';
import {customerInvoiceRecord, customerPostings} from './customer-invoices.ts';
import {completed, filled, placeOf} from './filler.ts';
import {type Priced, priced, rateOf} from './pricing.ts';
import {dayMs, momentOf, type Party, type Setting} from './setting.ts';
import {supplierInvoiceRecord, supplierPostings} from './supplier-invoices.ts';

export type Side = 'supplier' | 'customer';

/** A document of either ledger, with everything decided that its record and its batch say. */
export interface Invoice {
  readonly side: Side;
  readonly day: number;
  readonly writtenWallMs: number;
  /** When its payment was applied; absent while it is open or not released. */
  readonly paidWallMs?: number;
  readonly party: Party;
  readonly currency: string;
  readonly rate: string;
  readonly type: string;
  readonly number: string;
  readonly status: 'Open' | 'Closed' | 'Balanced' | 'Hold';
  readonly amounts: Priced;
}

/** Draws an invoice of a day; its payment too, where one has come since. */
export function drawnInvoice(
  setting: Setting,
  {side, day, writtenWallMs}: {side: Side; day: number; writtenWallMs?: number},
): Invoice {
  const {chance} = setting;
  const party = chance.pick(side === 'supplier' ? setting.suppliers : setting.customers);
  const rate = rateOf(setting, party.currency);
  const type = typeOf(setting, side);
  const written = writtenWallMs ?? momentOf(setting, day);
  const paidWallMs = paymentOf(setting, {day, written});
  const unreleased = paidWallMs === undefined && chance.inHundred(12);
  return {
    side,
    day,
    writtenWallMs: written,
    ...(paidWallMs === undefined ? {} : {paidWallMs}),
    party,
    currency: party.currency,
    rate,
    type,
    number: setting.next(`${side} ${type}`),
    status: paidWallMs !== undefined ? 'Closed' : unreleased ? chance.pick(['Hold', 'Balanced']) : 'Open',
    amounts: priced(setting, {accounts: accountsOf(setting, side), rate, lines: chance.pick([1, 1, 2, 2, 3, 4, 6])}),
  };
}

/** Numbers repeat across the types: each has a series of its own. */
function typeOf({chance}: Setting, side: Side): string {
  if (chance.inHundred(92)) return 'Invoice';
  return side === 'supplier' ? chance.pick(['DebitAdj', 'CreditAdj']) : chance.pick(['CreditNote', 'DebitNote']);
}

function paymentOf({chance, nowWallMs}: Setting, {day, written}: {day: number; written: number}): number | undefined {
  const days = chance.whole(10, 60);
  const paid = day + days * dayMs + chance.whole(8 * 3_600_000, 16 * 3_600_000);
  return chance.inHundred(80) && paid < nowWallMs && paid > written ? paid : undefined;
}

function accountsOf({chart}: Setting, side: Side): readonly Account[] {
  if (side === 'customer') return [chart.salesGoods, chart.salesServices, chart.salesLicences];
  return [chart.goods, chart.subcontractors, chart.rent, chart.energy, chart.software, chart.travel, chart.marketing];
}

/** The record with every property of its shape. One on hold bears no period. */
export function invoiceRecord(setting: Setting, invoice: Invoice): Entity {
  const place = placeOf(`${invoice.type} ${invoice.number}`);
  const {timeStamp: _, ...record} =
    invoice.side === 'supplier'
      ? completed('SupplierInvoiceDto', place, withLandedCosts(place, supplierInvoiceRecord(setting, invoice)))
      : completed('CustomerInvoiceDto', place, customerInvoiceRecord(setting, invoice));
  return invoice.status === 'Hold' ? withoutPeriod(record, invoice.number) : record;
}

/** What freight and customs cost stands in few of them. */
const withLandedCosts = (place: number, record: Entity): Entity =>
  place === 0 ? {...record, landedCosts: filled('SupplierInvoiceDto', 0)['landedCosts']} : record;

/** The period is null, or is not there at all. */
export function withoutPeriod(record: Entity, number: string): Entity {
  const {financialPeriod: _period, postPeriod: _post, ...rest} = record;
  return Number(number) % 2 === 0 ? rest : {...rest, financialPeriod: null, postPeriod: null};
}

/** Document types that lower what is owed. */
const lowering = new Set(['DebitAdj', 'CreditNote']);

const flow = ({type}: Invoice, postings: readonly Posting[]): readonly Posting[] =>
  lowering.has(type) ? postings.map(reversed) : postings;

/** The batches of an invoice: one when it was released, one on the bank when it was paid. */
export function batchesOf(setting: Setting, invoice: Invoice): readonly BatchDraft[] {
  if (invoice.status === 'Hold' || invoice.status === 'Balanced') return [];
  const supplier = invoice.side === 'supplier';
  const postings = supplier ? supplierPostings(setting, invoice) : customerPostings(setting, invoice);
  const {currency, rate, day, writtenWallMs, paidWallMs, party} = invoice;
  const common = {module: supplier ? 'AP' : 'AR', currency, rate} as const;
  const release = {
    ...common,
    day,
    writtenWallMs,
    text: `${invoice.type} ${invoice.number}`,
    postings: flow(invoice, postings),
  };
  if (paidWallMs === undefined) return [release];
  const payment = {
    ...common,
    day: Math.floor(paidWallMs / dayMs) * dayMs,
    writtenWallMs: paidWallMs,
    text: `Betalning ${party.name}`,
    postings: flow(invoice, paymentPostings(setting, invoice)),
  };
  return [release, payment];
}

export function paymentPostings(
  {chart}: Setting,
  {
    side,
    amounts,
    number,
    party,
  }: Pick<Invoice, 'side' | 'number'> & {
    readonly amounts: Pick<Priced, 'total' | 'totalInCurrency'>;
    readonly party: {readonly number: string};
  },
): readonly Posting[] {
  const sides = {
    amount: amounts.total,
    inCurrency: amounts.totalInCurrency,
    text: `Betalning ${number}`,
    reference: number,
    party: party.number,
    type: 'Payment',
  };
  return side === 'supplier'
    ? [debit({...sides, account: chart.payable}), credit({...sides, account: chart.bank})]
    : [debit({...sides, account: chart.bank}), credit({...sides, account: chart.receivable})];
}
