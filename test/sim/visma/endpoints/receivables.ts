import {customerDocuments, notesOf} from '../derived/documents.ts';
import {customerBalances} from '../derived/party-balances.ts';
import type {Endpoint} from '../endpoint.ts';
import {above, anyOf, compared, equals, released} from '../filters.ts';

/** What every list of documents of the customer ledger knows. */
const documentFilters: NonNullable<Endpoint['filters']> = {
  customer: equals('customer.number'),
  documentType: equals('documentType'),
  status: equals('status'),
  branch: equals('branchNumber.number'),
  financialPeriod: equals('financialPeriod'),
  closedFinancialPeriod: equals('closedFinancialPeriod'),
  externalReference: equals('externalReference'),
  paymentReference: equals('paymentReference'),
  customerRefNumber: equals('customerRefNumber'),
  project: equals('project.id'),
  released,
  documentDate: compared('documentDate'),
  documentDueDate: compared('documentDueDate'),
  createdDateTime: compared('createdDateTime'),
  greaterThanValue: above('referenceNumber'),
};

/** The flags of documents with lines. */
const documentFlags: NonNullable<Endpoint['expands']> = {
  expandApplications: ['applications'],
  expandAttachments: ['attachments'],
  expandTaxDetails: ['taxDetails'],
  expandInvoiceAddress: ['invoiceAddress', 'invoiceContact'],
  expandDunningInformation: ['dunningLetterDate', 'dunningLetterLevel'],
};

const pagedDocuments = {
  paging: 'records',
  metadata: true,
  delta: 'with condition',
  key: ['documentType', 'referenceNumber'],
  stamp: 'lastModifiedDateTime',
  created: 'createdDateTime',
  filters: documentFilters,
} as const;

const lineTotals = {
  totals: {detailTotal: 'amount', detailTotalInCurrency: 'amountInCurrency'},
  amounts: {
    amount: ['detailTotal', 'vatTotal'],
    amountInCurrency: ['detailTotalInCurrency', 'vatTotalInCurrency'],
  },
} as const;

/** The lists of the customer ledger. */
export const receivables: readonly Endpoint[] = [
  {
    path: '/v1/customer',
    collection: 'customer',
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    key: ['number'],
    stamp: 'lastModifiedDateTime',
    created: 'createdDateTime',
    rowVersion: 'timeStamp',
    expands: {
      expandAccountInformation: ['glAccounts'],
      expandPaymentMethods: ['paymentMethods'],
      expandDirectDebit: ['directDebitLines'],
    },
    filters: {
      name: equals('name'),
      status: equals('status'),
      vatRegistrationId: equals('vatRegistrationId'),
      corporateId: equals('corporateId'),
      email: equals('mainContact.email'),
      phone: equals('mainContact.phone1'),
      createdDateTime: compared('createdDateTime'),
    },
    details: [{path: '/v1/customer/{number}'}, {path: '/v1/customer/internal/{internalId}'}],
  },
  {
    ...pagedDocuments,
    ...lineTotals,
    path: '/v1/customerinvoice',
    collection: 'customerinvoice',
    rowVersion: 'timeStamp',
    lines: 'invoiceLines',
    expands: documentFlags,
    detailOnly: ['creditTerms', 'paymentMethod'],
    details: [{path: '/v1/customerinvoice/{referenceNumber}', prefers: {property: 'documentType', value: 'Invoice'}}],
  },
  {
    ...pagedDocuments,
    ...lineTotals,
    path: '/v1/customerCreditNote',
    collection: 'customerCreditNote',
    rowVersion: 'timeStamp',
    lines: 'lines',
    expands: documentFlags,
    details: [{path: '/v1/customerCreditNote/{referenceNumber}'}],
    derived: notesOf('CreditNote'),
  },
  {
    ...pagedDocuments,
    ...lineTotals,
    path: '/v1/customerDebitNote',
    collection: 'customerDebitNote',
    rowVersion: 'timeStamp',
    lines: 'lines',
    expands: documentFlags,
    details: [{path: '/v1/customerDebitNote/{referenceNumber}'}],
    derived: notesOf('DebitNote'),
  },
  {
    ...pagedDocuments,
    path: '/v1/customerdocument',
    collection: 'customerdocument',
    derived: customerDocuments,
  },
  {
    ...pagedDocuments,
    ...lineTotals,
    path: '/v1/cashsale',
    collection: 'cashsale',
    rowVersion: 'timeStamp',
    lines: 'cashSaleLines',
    expands: {
      expandApplications: ['applications'],
      expandInvoiceAddress: ['invoiceAddress', 'invoiceContact'],
    },
    details: [{path: '/v1/cashsale/{referenceNumber}', prefers: {property: 'documentType', value: 'CashSale'}}],
  },
  {
    path: '/v1/customerPayment',
    collection: 'customerPayment',
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    key: ['type', 'refNbr'],
    stamp: 'lastModifiedDateTime',
    rowVersion: 'timeStamp',
    lines: 'paymentLines',
    filters: {
      paymentNbr: equals('refNbr'),
      paymentType: equals('type'),
      customer: equals('customer.number'),
      invoiceRefNbr: anyOf('paymentLines', 'refNbr'),
      status: equals('status'),
      branch: equals('branch'),
      docDate: compared('applicationDate'),
      financialPeriod: equals('applicationPeriod'),
      greaterThanValue: above('refNbr'),
    },
    details: [{path: '/v1/customerPayment/{refNbr}', prefers: {property: 'type', value: 'Payment'}}],
  },
  {
    path: '/v2/customer/balance',
    collection: 'customerBalance',
    paging: 'records',
    metadata: false,
    delta: 'none',
    key: ['branchNumber.number', 'customer.number'],
    required: ['fromFinPeriod', 'toFinPeriod'],
    filters: {branchNumber: equals('branchNumber.number'), customer: equals('customer.number')},
    derived: customerBalances,
  },
];
