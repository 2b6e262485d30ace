import {type Entity, exact} from '../exact.ts';
import {type Form, money} from '../money.ts';
import {stampOf} from '../stamps.ts';
import {credit, debit, type Posting} from './batches.ts';
import {accountInLine} from './chart.ts';
import {headerAmounts} from './header-amounts.ts';
import type {Invoice} from './invoices.ts';
import type {PricedLine, PricedTax} from './pricing.ts';
import {dateText, dayMs, formOf, periodOf, postPeriodOf, rateShown, type Setting} from './setting.ts';

/** The record of /v1/supplierInvoice. */
export function supplierInvoiceRecord(setting: Setting, invoice: Invoice): Entity {
  const {chance, chart} = setting;
  const {day, party, currency, rate, number, type, status, amounts} = invoice;
  const form = formOf(setting);
  return {
    taxDetailLines: amounts.taxes.map((tax, place) => taxRecord(tax, {place, form, prefix: 'I'})),
    attachments: chance.inHundred(25) ? [{name: `faktura ${number}.pdf`, id: attachmentId(setting), revision: 1}] : [],
    approvalDetails: chance.inHundred(10) ? {attachmentID: null, comment: 'Godkänd'} : null,
    invoiceLines: amounts.lines.map((line, place) => lineRecord(setting, {line, place, form})),
    landedCosts: [],
    hold: status === 'Hold',
    exchangeRate: rateShown(rate),
    ...headerAmounts(invoice, form),
    paymentRefNo: String(chance.whole(10_000_000, 99_999_999)),
    creditTerms: {id: '30', description: '30 dagar netto'},
    retainageApply: false,
    cashDiscountDate: dateText(day),
    withholdingTax: exact('0.0'),
    vatAmount: money(amounts.tax, form),
    taxCalculationMode: 'TaxSetting',
    supplierTaxZone: {id: '01', description: 'Inrikes', defaultVatCategory: '25', defaultTaxCategory: null},
    paySelected: false,
    documentVersionNumber: chance.whole(1, 4),
    supplier: {internalId: party.internalId, number: party.number, name: party.name},
    documentType: type,
    referenceNumber: number,
    postPeriod: postPeriodOf(day),
    financialPeriod: periodOf(day),
    date: dateText(day),
    origInvoiceDate: dateText(day - 2 * dayMs),
    dueDate: dateText(day + 30 * dayMs),
    approvalStatus: status === 'Hold' ? 'SentToApproval' : 'ApprovedInApproval',
    status,
    currencyId: currency,
    paymentMethod: {id: '1', description: 'Bankgiro'},
    supplierReference: `F-${chance.whole(1000, 99_999)}`,
    description: `${type} från ${party.name}`,
    note: chance.inHundred(5) ? 'Se avtal\nrad två' : null,
    closedFinancialPeriod: invoice.paidWallMs === undefined ? null : periodOf(invoice.paidWallMs),
    location: {countryId: setting.company.country, id: 'MAIN', name: 'Huvudkontor'},
    branchNumber: {number: '1', name: setting.company.name},
    payDate: dateText(day + 30 * dayMs),
    paymentMessage: null,
    cashAccount: chart.bank.code,
    createdDateTime: stampOf(invoice.writtenWallMs),
    lastModifiedDateTime: stampOf(invoice.paidWallMs ?? invoice.writtenWallMs),
    errorInfo: null,
  };
}

function lineRecord(
  {chance, subaccounts}: Setting,
  {line, place, form}: {line: PricedLine; place: number; form: Form},
): Entity {
  return {
    lineNumber: place + 1,
    inventoryNumber: chance.inHundred(30) ? `0${chance.whole(1000, 9999)}` : null,
    stockItem: false,
    transactionDescription: line.text,
    quantity: money(line.quantity, 'few'),
    uom: chance.pick(['ST', 'TIM', 'KG']),
    unitCost: money(line.price, form),
    unitCostInCurrency: money(line.priceInCurrency, form),
    cost: money(line.amount, form),
    costInCurrency: money(line.amountInCurrency, form),
    discountPercent: exact(`${line.discountPercent}.000000`),
    discountAmount: money(line.discount, form),
    discountAmountInCurrency: money(line.discountInCurrency, form),
    manualDiscount: line.discountPercent !== 0,
    account: accountInLine(line.account),
    subaccount: chance.pick(subaccounts),
    prebookAccount: chance.inHundred(10) ? accountInLine(line.account) : null,
    prebookSubaccount: null,
    deferralSchedule: 0,
    deferralCode: null,
    vatCode: {id: `I${line.taxRate}`, description: `Ingående ${line.taxRate}%`},
    poNumber: null,
    branchNumber: {number: '1', name: 'Huvudkontor'},
    note: null,
    project: null,
    projectTask: null,
    attachments: [],
    retainagePct: exact(place % 3 === 0 ? '1234567.0123456789' : '0.0'),
    termStartDate: null,
    termEndDate: null,
  };
}

export const taxRecord = (
  tax: PricedTax,
  {place, form, prefix}: {place: number; form: Form; prefix: 'I' | 'U'},
): Entity => ({
  taxId: `${prefix}${tax.rate}`,
  recordId: place + 1,
  vatId: {id: `${prefix}${tax.rate}`, description: `${tax.rate}%`},
  vatRate: exact(`${tax.rate}.000000`),
  taxableAmount: money(tax.taxable, form),
  vatAmount: money(tax.tax, form),
});

export function attachmentId({chance}: Setting): string {
  const hex = (digits: number): string =>
    chance
      .whole(0, 16 ** digits - 1)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}

/** What a released supplier invoice posts: costs and tax in debit, the supplier's ledger in credit. */
export function supplierPostings({chart}: Setting, {amounts, party, number, type}: Invoice): readonly Posting[] {
  const common = {reference: number, party: party.number, type};
  return [
    ...amounts.lines.map(({account, amount, amountInCurrency, text, taxRate}) =>
      debit({...common, account, amount, inCurrency: amountInCurrency, text, taxRate}),
    ),
    ...amounts.taxes
      .filter(({tax}) => tax !== 0n)
      .map(({tax, taxInCurrency, rate}) =>
        debit({...common, account: chart.vatIn, amount: tax, inCurrency: taxInCurrency, text: `Moms ${rate}%`}),
      ),
    credit({
      ...common,
      account: chart.payable,
      amount: amounts.total,
      inCurrency: amounts.totalInCurrency,
      text: party.name,
    }),
  ];
}
