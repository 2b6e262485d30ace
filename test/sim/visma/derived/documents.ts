import {complete, placeOf, propertiesOf} from '../data/filler.ts';
import type {Derived, Making} from '../endpoint.ts';
import {type Entity, exact, type Json} from '../exact.ts';
import {added} from '../totals.ts';

/*
 * Lists that show the documents of other lists: the headers of both ledgers, notes that stand among the customer
 * invoices too, and orders and projects without what makes them heavy.
 */

/** What a record says of the properties of another shape; what it could say and does not is null there too. */
function said(record: Entity, {as, of}: {as: string; of: string}): Entity {
  const own = new Set(propertiesOf(of));
  const shared = propertiesOf(as).filter(name => own.has(name));
  return Object.fromEntries(shared.map(name => [name, record[name] ?? null]));
}

const nameOf = (record: Entity): string =>
  `${String(record['documentType'] ?? record['type'])} ${String(record['referenceNumber'] ?? record['refNbr'])}`;

const zero = exact('0.0');
const total = (...values: ReadonlyArray<Json | undefined>): Json => exact(added(values));

/** Payments as the supplier ledger's documents name them: a `Payment` there is a `Check` here. */
const checks: Readonly<Record<string, string>> = {Payment: 'Check', VoidPayment: 'VoidCheck', VoidRefund: 'VoidCheck'};

export const supplierDocuments: Derived = {
  from: ['supplierInvoice', 'supplierPayment'],
  make: ({rows}) => [
    ...rows('supplierInvoice').map(invoice =>
      complete('SupplierDocumentDto', placeOf(nameOf(invoice)), {
        ...said(invoice, {as: 'SupplierDocumentDto', of: 'SupplierInvoiceDto'}),
        branch: invoice['branchNumber'] ?? null,
        amountInCurrency: total(invoice['detailTotalInCurrency'], invoice['vatTotalInCurrency']),
      }),
    ),
    ...rows('supplierPayment').map(supplierPayment),
  ],
};

const currencyOf = (value: Json | undefined): Json =>
  typeof value === 'object' && value !== null && 'id' in value ? ((value as Entity)['id'] ?? null) : (value ?? null);

function supplierPayment(payment: Entity): Entity {
  const type = String(payment['type']);
  return complete('SupplierDocumentDto', placeOf(nameOf(payment)), {
    ...paymentAmounts(payment),
    branch: {number: String(payment['branch']), name: 'Huvudkontor'},
    branchNumber: {number: String(payment['branch']), name: 'Huvudkontor'},
    supplier: payment['supplier'] ?? null,
    documentType: checks[type] ?? type,
    date: payment['applicationDate'] ?? null,
    cashAccount: payment['cashAccount'] ?? null,
    supplierReference: payment['paymentRef'] ?? null,
    description: payment['description'] ?? null,
    createdDateTime: payment['lastModifiedDateTime'] ?? null,
    timeStamp: payment['timeStamp'] ?? null,
  });
}

/** What a payment's document says in both ledgers. */
function paymentAmounts(payment: Entity): Entity {
  const period = payment['applicationPeriod'];
  return {
    referenceNumber: payment['refNbr'],
    status: payment['status'],
    amount: payment['paymentAmount'],
    amountInCurrency: payment['paymentAmount'],
    balance: payment['balance'] ?? payment['availableBalance'] ?? zero,
    balanceInCurrency: payment['balance'] ?? payment['availableBalance'] ?? zero,
    cashDiscount: zero,
    cashDiscountInCurrency: zero,
    vatTotal: zero,
    vatTotalInCurrency: zero,
    currencyId: currencyOf(payment['currency']),
    financialPeriod: period ?? null,
    postPeriod: typeof period === 'string' ? period.slice(4) + period.slice(0, 4) : null,
    closedFinancialPeriod: payment['status'] === 'Closed' ? (period ?? null) : null,
    origInvoiceDate: payment['applicationDate'] ?? null,
    dueDate: null,
    lastModifiedDateTime: payment['lastModifiedDateTime'],
  };
}

export const customerDocuments: Derived = {
  from: ['customerinvoice', 'customerCreditNote', 'customerDebitNote', 'cashsale', 'customerPayment'],
  make: ({rows}) => [
    ...headersOf(rows('customerinvoice'), 'CustomerInvoiceDto'),
    ...headersOf(rows('customerCreditNote'), 'CustomerCreditNoteDto'),
    ...headersOf(rows('customerDebitNote'), 'CustomerDebitNoteDto'),
    ...headersOf(rows('cashsale'), 'CashSaleDto'),
    ...rows('customerPayment').map(customerPayment),
  ],
};

const headersOf = (documents: readonly Entity[], shape: string): readonly Entity[] =>
  documents.map(document =>
    complete('CustomerDocumentDto', placeOf(nameOf(document)), {
      ...said(document, {as: 'CustomerDocumentDto', of: shape}),
      branch: document['branchNumber'] ?? null,
    }),
  );

function customerPayment(payment: Entity): Entity {
  const {dueDate, ...amounts} = paymentAmounts(payment);
  return complete('CustomerDocumentDto', placeOf(nameOf(payment)), {
    ...amounts,
    branch: {number: String(payment['branch']), name: 'Huvudkontor'},
    branchNumber: {number: String(payment['branch']), name: 'Huvudkontor'},
    customer: payment['customer'] ?? null,
    documentType: payment['type'],
    documentDate: payment['applicationDate'] ?? null,
    documentDueDate: dueDate ?? null,
    cashAccount: payment['cashAccount'] ?? null,
    paymentMethod: payment['paymentMethod'] ?? null,
    customerRefNumber: payment['paymentRef'] ?? null,
    invoiceText: payment['invoiceText'] ?? null,
    createdDateTime: payment['lastModifiedDateTime'] ?? null,
  });
}

/** Notes: those of their own, and those that stand among the invoices, which is the same document twice. */
export const notesOf = (type: 'CreditNote' | 'DebitNote'): Derived => {
  const shape = `Customer${type}Dto`;
  return {
    from: ['customerinvoice'],
    make: ({rows}) =>
      rows('customerinvoice')
        .filter(({documentType}) => documentType === type)
        .map(invoice => {
          const {lines, ...header} = said(invoice, {as: shape, of: 'CustomerInvoiceDto'});
          return complete(shape, placeOf(nameOf(invoice)), {
            ...header,
            lines: invoice['invoiceLines'] ?? lines ?? null,
          });
        }),
  };
};

const withOnly = (from: string, {shape, without = []}: {shape: string; without?: readonly string[]}): Derived => {
  const shown = propertiesOf(shape).filter(name => !without.includes(name));
  return {
    from: [from],
    make: ({rows}: Making) =>
      rows(from).map(record =>
        Object.fromEntries(shown.flatMap(name => (name in record ? [[name, record[name]]] : []))),
      ),
  };
};

export const orderHeaders: Derived = withOnly('purchaseorder', {shape: 'PurchaseOrderBasicDto'});
export const projectHeaders: Derived = withOnly('project', {shape: 'ProjectBasicDto'});
