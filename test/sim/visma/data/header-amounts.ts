import {type Entity, exact} from '../exact.ts';
import {type Form, money} from '../money.ts';
import type {Invoice} from './invoices.ts';

const nothing = exact('0.0');

/** The amounts in a document's header, alike in both ledgers: totals are sums of lines, what is open is the balance. */
export function headerAmounts({amounts, status}: Invoice, form: Form): Entity {
  const open = status !== 'Closed';
  return {
    detailTotal: money(amounts.detail, form),
    detailTotalInCurrency: money(amounts.detailInCurrency, form),
    discountTotal: nothing,
    discountTotalInCurrency: nothing,
    vatTaxableTotal: money(amounts.detail, form),
    vatTaxableTotalInCurrency: money(amounts.detailInCurrency, form),
    vatExemptTotal: nothing,
    vatExemptTotalInCurrency: nothing,
    vatTotal: money(amounts.tax, form),
    vatTotalInCurrency: money(amounts.taxInCurrency, form),
    amount: money(amounts.total, form),
    balance: money(open ? amounts.total : 0n, form),
    balanceInCurrency: money(open ? amounts.totalInCurrency : 0n, form),
    cashDiscount: nothing,
    cashDiscountInCurrency: nothing,
    roundingDiff: nothing,
  };
}
