import {type Entity, entitiesIn, exact} from '../exact.ts';
import {type Form, money, sum} from '../money.ts';
import {added} from '../totals.ts';
import {complete} from './filler.ts';
import {type PricedLine, priced, rateOf} from './pricing.ts';
import {dateText, dayMs, formOf, momentText, postPeriodOf, type Setting} from './setting.ts';

const goods = [
  'Skärmar 27"',
  'Møbler til møterom',
  'Ärtsoppa på burk',
  'Kaffe ☕ fra Ærø',
  'Tørrfisk, 10 kg',
  'Ångvält',
];

/** Purchase orders, and a receipt for those of which everything has come. */
export function addPurchases(setting: Setting, orders: number): void {
  if (setting.suppliers.length === 0) return;
  for (let place = 0; place < orders; place++) {
    const order = orderRecord(setting, place);
    const receipt = order['status'] === 'Closed' ? receiptRecord(setting, order, place) : undefined;
    setting.books.collection('purchaseorder').add(receipt ? {...order, purchaseReceipts: [named(receipt)]} : order);
    if (receipt) setting.books.collection('purchaseReceipt').add(receipt);
  }
}

/** A receipt as its order names it. */
const named = (receipt: Entity): Entity => ({
  type: receipt['receiptType'],
  receiptNumber: receipt['receiptNbr'],
  status: receipt['status'],
  supplierName: (receipt['supplier'] as Entity)['name'],
  currency: receipt['currency'],
  totalQty: receipt['totalQty'],
  totalAmt: receipt['totalAmt'],
});

/** A few of another type: their numbers are those of the usual ones over again. */
const typeOf = (place: number): string =>
  place % 10 === 9 ? 'DropShip' : place % 17 === 16 ? 'Blanket' : 'RegularOrder';

function orderRecord(setting: Setting, place: number): Entity {
  const {chance, chart, company, nowWallMs} = setting;
  const {currency, ...supplier} = chance.pick(setting.suppliers);
  const rate = rateOf(setting, currency);
  const form = formOf(setting);
  const amounts = priced(setting, {accounts: [chart.goods, chart.software], rate, lines: chance.pick([1, 1, 2, 3, 5])});
  const type = typeOf(place);
  const drawn = chance.pick(['Closed', 'Closed', 'Open', 'Open', 'Hold', 'Cancelled', 'PendingPrint']);
  const status = place < 2 ? 'Closed' : drawn;
  const number = setting.next(`order ${type}`);
  const day = Math.floor(nowWallMs / dayMs) * dayMs - chance.whole(0, 500) * dayMs;
  return complete('PurchaseOrderDto', place, {
    orderType: type,
    orderNbr: `5${number.slice(1)}`,
    status,
    hold: status === 'Hold',
    date: place === 3 ? '0001-01-01T00:00:00' : dateText(day),
    promisedOn: place === 4 ? '9999-12-31T00:00:00' : dateText(day + 30 * dayMs),
    description: chance.pick(goods),
    supplier,
    currency,
    exchangeRate: exact(rate),
    ...orderTotals({detail: amounts.detailInCurrency, tax: amounts.taxInCurrency}, {form, name: ''}),
    ...orderTotals({detail: amounts.detail, tax: amounts.tax}, {form, name: 'InBaseCurrency'}),
    openQuantity: money(status === 'Closed' ? 0n : sum(amounts.lines.map(line => line.quantity)), 'few'),
    openBalance: money(status === 'Closed' ? 0n : amounts.detailInCurrency, form),
    branch: {number: '1', name: company.name},
    lines: amounts.lines.map((line, at) => orderLine(setting, {line, at, form, whole: {type, number, status}})),
    taxDetails: amounts.taxes.map((tax, at) =>
      complete('TaxDetailDto', at, {
        taxId: `I${tax.rate}`,
        recordId: at + 1,
        vatId: {number: `I${tax.rate}`, description: `${tax.rate}%`},
        vatRate: exact(`${tax.rate}.000000`),
        taxableAmount: money(tax.taxableInCurrency, form),
        vatAmount: money(tax.taxInCurrency, form),
      }),
    ),
    purchaseReceipts: [],
    lastModifiedDateTime: place % 8 === 5 ? `2025-10-26T02:${10 + (place % 50)}:00.13` : momentText(setting, day),
    timeStamp: undefined,
  });
}

const orderTotals = (
  {detail, tax}: {detail: bigint; tax: bigint},
  {form, name}: {form: Form; name: string},
): Entity => ({
  [`lineTotal${name}`]: money(detail, form),
  [`vatExemptTotal${name}`]: money(0n, form),
  [`taxTotal${name}`]: money(tax, form),
  [`orderTotal${name}`]: money(detail + tax, form),
  [`controlTotal${name}`]: money(detail + tax, form),
});

interface OrderLine {
  readonly line: PricedLine;
  readonly at: number;
  readonly form: Form;
  readonly whole: {readonly type: string; readonly number: string; readonly status: string};
}

/** Numbers have gaps where lines were taken out. */
function orderLine({chance, company, nowWallMs, subaccounts}: Setting, {line, at, form, whole}: OrderLine): Entity {
  return complete('PurchaseOrderLineDto', at + Number(whole.number), {
    lineNbr: at * (Number(whole.number) % 2 === 0 ? 1 : 3) + 1,
    branch: {number: '1', name: company.name},
    lineDescription: chance.pick(goods),
    orderQty: money(line.quantity, 'few'),
    baseOrderQty: money(line.quantity, 'few'),
    qtyOnReceipts: money(whole.status === 'Closed' ? line.quantity : 0n, 'few'),
    unitCost: money(line.priceInCurrency, form),
    unitCostInBaseCurrency: money(line.price, form),
    extCost: money(line.amountInCurrency, form),
    amount: money(line.amountInCurrency, form),
    account: {type: line.account.kind, number: line.account.code, description: line.account.name},
    sub: chance.pick(subaccounts),
    promised: dateText(nowWallMs + 30 * dayMs),
    completed: whole.status === 'Closed',
    canceled: whole.status === 'Cancelled',
    orderType: whole.type,
    orderNumber: `5${whole.number.slice(1)}`,
  });
}

function receiptRecord(setting: Setting, order: Entity, place: number): Entity {
  const {chance, nowWallMs} = setting;
  const day = Math.floor(nowWallMs / dayMs) * dayMs - chance.whole(0, 400) * dayMs;
  const lines = entitiesIn(order['lines']);
  return complete('PurchaseReceiptDto', place, {
    receiptType: place % 6 === 5 ? 'PoReturn' : 'PoReceipt',
    receiptNbr: setting.next(place % 6 === 5 ? 'return' : 'receipt'),
    status: 'Released',
    hold: false,
    date: dateText(day),
    postPeriod: postPeriodOf(day),
    supplier: order['supplier'],
    currency: order['currency'],
    exchangeRate: order['exchangeRate'],
    totalQty: exact(added(lines.map(line => line['orderQty']))),
    totalAmt: order['lineTotal'],
    controlTotal: order['lineTotal'],
    branchNumber: {number: '1', name: setting.company.name},
    lines: lines.map((line, at) =>
      complete('PurchaseReceiptLineDto', place + at, {
        lineNbr: at + 1,
        branch: {number: '1', name: setting.company.name},
        inventory: line['inventory'],
        transactionDescription: line['lineDescription'],
        orderQty: line['orderQty'],
        receiptQty: line['orderQty'],
        baseReceiptQty: line['orderQty'],
        unitCost: line['unitCost'],
        extCost: line['extCost'],
        amount: line['amount'],
        account: line['account'],
        poOrderType: order['orderType'],
        poOrderNbr: order['orderNbr'],
        poOrderLineNbr: line['lineNbr'],
      }),
    ),
    lastModifiedDateTime: momentText(setting, day),
    timeStamp: undefined,
  });
}
