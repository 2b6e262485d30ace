import {type Entity, exact, numberText} from '../exact.ts';
import {units} from '../money.ts';
import type {SimClock} from '../sim-clock.ts';
import {wallMs} from '../stamps.ts';
import {post} from './batches.ts';
import {newInvoice} from './generate.ts';
import {paymentPostings, type Side} from './invoices.ts';
import {addPayment} from './payments.ts';
import {dayMs, periodOf, rateBehind, type Setting} from './setting.ts';

/** What a business did: the keys are counts of records. */
export interface Traded {
  readonly invoices: number;
  readonly payments: number;
}

/** A day of business at the clock's time: new invoices with their batches, and payments of old ones. */
export function trade(setting: Setting, {clock, invoices, payments}: Traded & {readonly clock: SimClock}): Traded {
  const nowMs = wallMs(clock.now().getTime(), clock.zone);
  const at: Setting = {...setting, nowWallMs: nowMs};
  const day = Math.floor(nowMs / dayMs) * dayMs;
  for (let place = 0; place < invoices; place++) {
    const side = place % 2 === 0 ? 'supplier' : 'customer';
    for (const draft of newInvoice(at, {side, day, writtenWallMs: nowMs})) post(at, draft);
  }
  let paid = 0;
  for (let place = 0; place < payments; place++) {
    if (payOldest(at, {side: place % 2 === 0 ? 'supplier' : 'customer', day})) paid++;
  }
  return {invoices, payments: paid};
}

function payOldest(setting: Setting, {side, day}: {side: Side; day: number}): boolean {
  const collection = setting.books.collection(side === 'supplier' ? 'supplierInvoice' : 'customerinvoice');
  const invoice = collection.rows.find(isPayable);
  if (!invoice) return false;
  const number = String(invoice['referenceNumber']);
  const total = units(numberText(invoice['balance']) ?? '0');
  const totalInCurrency = units(numberText(invoice['balanceInCurrency']) ?? '0');
  const party = {number: String((invoice[side] as Entity)['number'])};
  const paid = collection.replace(invoice, {
    status: 'Closed',
    balance: exact('0.0'),
    balanceInCurrency: exact('0.0'),
    closedFinancialPeriod: periodOf(day),
  });
  addPayment(setting, {side, document: paid, paidWallMs: setting.nowWallMs});
  post(setting, {
    module: side === 'supplier' ? 'AP' : 'AR',
    day,
    writtenWallMs: setting.nowWallMs,
    currency: String(invoice['currencyId']),
    rate: rateBehind(numberText(invoice['exchangeRate']) ?? '1.0'),
    text: `Betalning ${number}`,
    postings: paymentPostings(setting, {side, number, party, amounts: {total, totalInCurrency}}),
  });
  return true;
}

const payable = /^\d{1,12}(?:\.\d{1,4})?$/;

const isPayable = (invoice: Entity): boolean =>
  invoice['status'] === 'Open' &&
  invoice['documentType'] === 'Invoice' &&
  [invoice['balance'], invoice['balanceInCurrency']].every(value => payable.test(numberText(value) ?? ''));
