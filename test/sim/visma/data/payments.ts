import {type Entity, exact, type Json, numberText} from '../exact.ts';
import {units} from '../money.ts';
import {stampOf} from '../stamps.ts';
import {added} from '../totals.ts';
import {complete, placeOf} from './filler.ts';
import type {Side} from './invoices.ts';
import {dateText, dayMs, momentOf, periodOf, postPeriodOf, type Setting} from './setting.ts';

const zero = exact('0.0');

/** The key under which the payment of a document stands: what lowers a debt is paid back. */
export function paymentKey({type, number}: {type: string; number: string}): readonly [type: string, refNbr: string] {
  if (type === 'CreditNote' || type === 'DebitAdj') return ['Refund', `B${number}`];
  return ['Payment', type === 'Invoice' ? `B${number}` : `D${number}`];
}

interface Paid {
  readonly side: Side;
  /** The document that it pays, as its list shows it. */
  readonly document: Entity;
  readonly paidWallMs: number;
}

/** Puts the payment of a whole document into the books. */
export function addPayment(setting: Setting, paid: Paid): void {
  const {side, document, paidWallMs} = paid;
  const [type, refNbr] = paymentKey({
    type: String(document['documentType']),
    number: String(document['referenceNumber']),
  });
  const amount = amountOf(paid);
  const place = placeOf(refNbr);
  const facts = {
    type,
    refNbr,
    status: 'Closed',
    hold: false,
    applicationDate: dateText(paidWallMs),
    applicationPeriod: periodOf(paidWallMs),
    paymentAmount: amount,
    lastModifiedDateTime: stampOf(paidWallMs),
    ordersToApply: [],
    paymentLines: amountsOf(amount, place).map((amountPaid, at) => lineOf(paid, {amountPaid, at: place + at})),
  };
  const {ordersToApply: _, ...ofSupplier} = facts;
  const said = side === 'supplier' ? ofSupplier : facts;
  addRecord(setting, {side, party: document[side] as Entity, currency: String(document['currencyId']), facts: said});
}

function amountOf({side, document}: Paid): Json {
  if (side === 'customer' && document['amountInCurrency'] !== undefined) return document['amountInCurrency'];
  return exact(added([document['detailTotalInCurrency'], document['vatTotalInCurrency']]));
}

/** Some payments were applied, taken back and applied again: the same document stands in three lines. */
function amountsOf(amount: Json, place: number): readonly Json[] {
  const text = numberText(amount) ?? '0';
  if (place % 5 !== 0 || text.startsWith('-') || Number(text) === 0) return [amount];
  return [amount, exact(`-${text}`), amount];
}

function lineOf({side, document, paidWallMs}: Paid, {amountPaid, at}: {amountPaid: Json; at: number}): Entity {
  const common = {
    amountPaid,
    cashDiscountTaken: zero,
    date: dateText(paidWallMs),
    dueDate: document['dueDate'] ?? document['documentDueDate'] ?? null,
    balance: zero,
    cashDiscountBalance: zero,
    description: at % 2 === 0 ? `Betalning ${String(document['referenceNumber'])}` : '',
    currency: document['currencyId'],
  };
  return side === 'supplier'
    ? complete('SupplierPaymentAdjustmentDto', at, {
        ...common,
        branch: '1',
        docType: document['documentType'],
        invoiceRefNbr: document['referenceNumber'],
        applicationPeriod: periodOf(paidWallMs),
        postPeriod: postPeriodOf(paidWallMs),
      })
    : complete('PaymentLineDto', at, {
        ...common,
        documentType: document['documentType'],
        refNbr: document['referenceNumber'],
        postPeriod: periodOf(paidWallMs),
        crossRate: exact('1.0'),
      });
}

interface Drawn {
  readonly side: Side;
  readonly party: Entity;
  readonly currency: string;
  readonly facts: Entity;
}

function addRecord(setting: Setting, {side, party, currency, facts}: Drawn): void {
  const {books, chart} = setting;
  const common = {branch: '1', cashAccount: chart.bank.code, financeCharges: zero, timeStamp: undefined};
  const place = placeOf(String(facts['refNbr']));
  if (side === 'supplier') {
    const record = complete('SupplierPaymentDto', place, {
      ...common,
      supplier: party,
      documentType: facts['type'] === 'Payment' ? 'Check' : facts['type'],
      paymentMethod: '1',
      currency: {id: currency, description: currency, symbol: 'kr'},
      balance: zero,
      unappliedBalance: zero,
      appliedAmount: facts['paymentAmount'],
      released: true,
      ...facts,
    });
    books.collection('supplierPayment').add(record);
    return;
  }
  const record = complete('PaymentDto', place, {
    ...common,
    customer: party,
    paymentMethod: {id: '1', description: 'Bankgiro'},
    currency,
    appliedToDocuments: facts['paymentAmount'],
    availableBalance: zero,
    availableBalanceInCurrency: zero,
    paymentAmountInCurrency: facts['paymentAmount'],
    ...facts,
  });
  books.collection('customerPayment').add(record);
}

/** Payments ahead of any document. Some are not released and bear no period; the first lie in the repeated hour. */
export function addPrepayments(setting: Setting, count: number): void {
  const {chance, nowWallMs} = setting;
  for (let place = 0; place < count; place++) {
    const side = place % 2 === 0 ? 'supplier' : 'customer';
    const parties = side === 'supplier' ? setting.suppliers : setting.customers;
    if (parties.length === 0) continue;
    const {currency, ...party} = chance.pick(parties);
    const day = Math.floor(nowWallMs / dayMs) * dayMs - chance.whole(0, 300) * dayMs;
    const held = place % 4 < 2;
    const amount = exact(`${units(String(chance.whole(1000, 90_000))) / 10_000n}.${chance.whole(10, 99)}00`);
    const facts: Entity = {
      type: 'Prepayment',
      refNbr: setting.next(`${side} prepayment`),
      status: held ? 'Hold' : 'Open',
      hold: held,
      released: !held,
      applicationDate: dateText(day),
      applicationPeriod: held ? null : periodOf(day),
      paymentAmount: amount,
      appliedAmount: zero,
      appliedToDocuments: zero,
      balance: amount,
      unappliedBalance: amount,
      availableBalance: amount,
      availableBalanceInCurrency: amount,
      paymentLines: [],
      lastModifiedDateTime: place < 2 ? '2025-10-26T02:10:00.1' : stampOf(momentOf(setting, day)),
    };
    addRecord(setting, {side, party: {...party}, currency, facts});
  }
}
