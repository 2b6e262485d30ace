import {type Entity, exact} from '../exact.ts';
import {type Form, money} from '../money.ts';
import {stampOf} from '../stamps.ts';
import {credit, debit, type Posting} from './batches.ts';
import {accountInLine} from './chart.ts';
import {headerAmounts} from './header-amounts.ts';
import type {Invoice} from './invoices.ts';
import {paymentKey} from './payments.ts';
import type {PricedLine} from './pricing.ts';
import {dateText, dayMs, formOf, periodOf, postPeriodOf, rateShown, type Setting} from './setting.ts';
import {attachmentId, taxRecord} from './supplier-invoices.ts';

/** The record of /v1/customerinvoice. */
export function customerInvoiceRecord(setting: Setting, invoice: Invoice): Entity {
  const {chance, chart, subaccounts} = setting;
  const {day, party, currency, rate, number, type, status, amounts} = invoice;
  const form = formOf(setting);
  return {
    creditTerms: {id: '30', description: '30 dagar netto'},
    documentDueDate: dateText(day + 30 * dayMs),
    cashDiscountDate: dateText(day),
    externalReference: chance.inHundred(40) ? `PO/${chance.whole(100, 999)}` : '',
    isRotRutDeductible: false,
    exchangeRate: rateShown(rate),
    ...headerAmounts(invoice, form),
    dunningLetterDate: null,
    dunningLetterLevel: 0,
    contact: {id: party.internalId, name: party.name},
    attachments: chance.inHundred(25) ? [{name: `faktura_${number}.pdf`, id: attachmentId(setting), revision: 1}] : [],
    taxDetails: amounts.taxes.map((tax, place) => taxRecord(tax, {place, form, prefix: 'U'})),
    invoiceLines: amounts.lines.map((line, place) => lineRecord(setting, {line, place, form})),
    sendToAutoInvoice: chance.inHundred(50),
    customerVatZone: {id: '01', description: 'Inrikes'},
    excludeDebtCollection: false,
    hold: status === 'Hold',
    salesPersonID: null,
    salesPerson: null,
    paymentReference: `${party.number}${number}`,
    invoiceAddress: {
      addressId: party.internalId * 4 + 3,
      addressLine1: 'Storgatan 1',
      city: 'Malmö',
      overrideAddress: false,
    },
    invoiceContact: {contactId: party.internalId * 4 + 2, businessName: party.name, overrideContact: false},
    applications: invoice.paidWallMs === undefined ? [] : [applicationRecord(invoice, form)],
    dontPrint: false,
    dontEmail: false,
    revoked: false,
    customer: {number: party.number, name: party.name},
    documentType: type,
    referenceNumber: number,
    postPeriod: postPeriodOf(day),
    financialPeriod: periodOf(day),
    closedFinancialPeriod: invoice.paidWallMs === undefined ? null : periodOf(invoice.paidWallMs),
    documentDate: dateText(day),
    origInvoiceDate: dateText(day),
    status,
    currencyId: currency,
    amountInCurrency: money(amounts.totalInCurrency, form),
    paymentMethod: {id: '1', description: 'Bankgiro'},
    customerRefNumber: '',
    invoiceText: `Faktura till ${party.name}`,
    createdDateTime: stampOf(invoice.writtenWallMs),
    lastModifiedDateTime: stampOf(invoice.paidWallMs ?? invoice.writtenWallMs),
    note: null,
    location: {countryId: setting.company.country, id: 'MAIN', name: 'Huvudkontor'},
    branchNumber: {number: '1', name: setting.company.name},
    cashAccount: chart.bank.code,
    project: null,
    account: accountInLine(chart.receivable),
    subaccount: chance.pick(subaccounts),
    customerProject: null,
    errorInfo: null,
  };
}

function applicationRecord({type, number, amounts, paidWallMs = 0, party}: Invoice, form: Form): Entity {
  const [docType, refNbr] = paymentKey({type, number});
  return {
    docType,
    customerCD: party.number,
    refNbr,
    amountPaid: money(amounts.totalInCurrency, form),
    cashDiscountTaken: exact('0.0'),
    balance: exact('0.0'),
    pendingPPD: false,
    released: true,
    hold: false,
    voided: false,
    paymentRef: null,
    status: 'Closed',
    applicationDate: dateText(paidWallMs),
    applicationPeriod: periodOf(paidWallMs),
    invoiceText: null,
  };
}

function lineRecord(
  {chance, subaccounts}: Setting,
  {line, place, form}: {line: PricedLine; place: number; form: Form},
): Entity {
  return {
    isRotRutDeductible: false,
    deductableAmount: exact(place % 3 === 0 ? '1234567.0123456789' : '0.0'),
    attachments: [],
    projectTask: null,
    lineType: '',
    soShipmentNbr: null,
    soOrderType: null,
    soOrderNbr: null,
    lineNumber: place + 1,
    inventoryNumber: chance.inHundred(30) ? `0${chance.whole(1000, 9999)}` : null,
    description: line.text,
    quantity: money(line.quantity, 'few'),
    unitPrice: money(line.price, form),
    unitPriceInCurrency: money(line.priceInCurrency, form),
    manualAmount: exact('0.0'),
    manualAmountInCurrency: exact('0.0'),
    amount: money(line.amount, form),
    cost: exact('0.0'),
    amountInCurrency: money(line.amountInCurrency, form),
    account: accountInLine(line.account),
    vatCode: {id: `U${line.taxRate}`, description: `Utgående ${line.taxRate}%`},
    uom: chance.pick(['ST', 'TIM', 'KG']),
    discountPercent: exact(`${line.discountPercent}.000000`),
    discountAmount: money(line.discount, form),
    discountAmountInCurrency: money(line.discountInCurrency, form),
    manualDiscount: line.discountPercent !== 0,
    subaccount: chance.pick(subaccounts),
    salesperson: null,
    deferralSchedule: null,
    note: null,
    branchNumber: {number: '1', name: 'Huvudkontor'},
    externalLink: null,
  };
}

/** What a released customer invoice posts: the customer's ledger in debit, sales and tax in credit. */
export function customerPostings({chart}: Setting, {amounts, party, number, type}: Invoice): readonly Posting[] {
  const common = {reference: number, party: party.number, type};
  return [
    debit({
      ...common,
      account: chart.receivable,
      amount: amounts.total,
      inCurrency: amounts.totalInCurrency,
      text: party.name,
    }),
    ...amounts.lines.map(({account, amount, amountInCurrency, text, taxRate}) =>
      credit({...common, account, amount, inCurrency: amountInCurrency, text, taxRate}),
    ),
    ...amounts.taxes
      .filter(({tax}) => tax !== 0n)
      .map(({tax, taxInCurrency, rate}) =>
        credit({...common, account: chart.vatOut, amount: tax, inCurrency: taxInCurrency, text: `Moms ${rate}%`}),
      ),
  ];
}
