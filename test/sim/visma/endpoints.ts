import {above, compared, equals, type Filter, flag, journalModule, released, yearOrPeriod} from './filters.ts';

/** How pages of a list come. *lines*: pages count the lines inside records, and one record may be cut in two. */
export type Paging = 'unpaged' | 'records' | 'lines' | 'envelope';

/** What a list does with lastModifiedDateTime: needs its condition, takes it alone, or does not know it. */
export type Delta = 'with condition' | 'alone' | 'none';

/** The single record of an endpoint, by its key. */
export interface Detail {
  /** `/v1/supplierInvoice/{documentType}/{referenceNumber}`: names in braces are properties, dots between objects. */
  readonly path: string;
  /** Expand flags that this form knows; properties of the list's other flags always stand in it. */
  readonly flags?: readonly string[];
  /** Properties with the one value that this form finds: a number without its type means the standard one. */
  readonly only?: Readonly<Record<string, string>>;
  /** Values of a property that are preferred, in order, where several records fit the path. */
  readonly prefers?: {readonly property: string; readonly value: string};
}

/** One list of the API. Another endpoint is another entry here, and data for its collection. */
export interface Endpoint {
  readonly path: string;
  /** The name of what it lists in the store: several endpoints may list one collection. */
  readonly collection: string;
  readonly paging: Paging;
  /** Whether each record carries `metadata`. */
  readonly metadata: boolean;
  readonly delta: Delta;
  /** The properties that make the key. */
  readonly key: readonly string[];
  readonly stamp?: string;
  readonly created?: string;
  readonly rowVersion?: string;
  readonly maxPageSize?: number;
  /** The array that pages of lines count and cut, or that holds the lines of a document. */
  readonly lines?: string;
  /** Header totals that are sums over the lines: header property to line property. */
  readonly totals?: Readonly<Record<string, string>>;
  /** Header amounts that are sums of other header amounts. */
  readonly amounts?: Readonly<Record<string, readonly string[]>>;
  /** Properties that stand in the answer only with a flag; `lines.property` for one inside the lines. */
  readonly expands?: Readonly<Record<string, readonly string[]>>;
  /** Properties that come back empty in the list and full in the detail. */
  readonly detailOnly?: readonly string[];
  readonly filters?: Readonly<Record<string, Filter>>;
  /** Parameters without any of which the vendor documents a refusal. */
  readonly wantsOneOf?: readonly string[];
  readonly required?: readonly string[];
  readonly details?: readonly Detail[];
}

export const endpoints: readonly Endpoint[] = [
  {
    path: '/v1/account',
    collection: 'account',
    paging: 'unpaged',
    metadata: true,
    delta: 'with condition',
    key: ['accountCD'],
    stamp: 'lastModifiedDateTime',
    rowVersion: 'timeStamp',
    expands: {includeAccountClassDescription: ['accountClassDescription']},
    filters: {active: flag('active'), publicCode: equals('publicCode1'), greaterThanValue: above('accountCD')},
    details: [{path: '/v1/account/{accountCD}'}],
  },
  {
    path: '/v1/supplier',
    collection: 'supplier',
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    key: ['number'],
    stamp: 'lastModifiedDateTime',
    rowVersion: 'timeStamp',
    expands: {expandAccountInformation: ['glAccounts'], expandNote: ['note']},
    filters: {
      name: equals('name'),
      status: equals('status'),
      vatRegistrationId: equals('vatRegistrationId'),
      corporateId: equals('corporateId'),
      greaterThanValue: above('number'),
    },
    details: [{path: '/v1/supplier/{number}'}],
  },
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
    path: '/v1/supplierInvoice',
    collection: 'supplierInvoice',
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    key: ['documentType', 'referenceNumber'],
    stamp: 'lastModifiedDateTime',
    created: 'createdDateTime',
    rowVersion: 'timeStamp',
    lines: 'invoiceLines',
    totals: {detailTotal: 'cost', detailTotalInCurrency: 'costInCurrency'},
    amounts: {amount: ['detailTotal', 'vatTotal']},
    expands: {
      expandAttachment: ['attachments'],
      expandLandedCosts: ['landedCosts'],
      expandApproval: ['approvalDetails'],
      expandNote: ['note'],
      expandLinePrebookAccounts: ['lines.prebookAccount', 'lines.prebookSubaccount'],
    },
    filters: {
      supplier: equals('supplier.number'),
      documentType: equals('documentType'),
      status: equals('status'),
      branch: equals('branchNumber.number'),
      financialPeriod: equals('financialPeriod'),
      released,
      dueDate: compared('dueDate'),
      docDate: compared('date'),
      createdDateTime: compared('createdDateTime'),
      greaterThanValue: above('referenceNumber'),
    },
    details: [
      {
        path: '/v1/supplierInvoice/{documentType}/{referenceNumber}',
        flags: ['expandLinePrebookAccounts', 'expandLandedCosts'],
      },
      {
        path: '/v1/supplierInvoice/{referenceNumber}',
        flags: ['expandLinePrebookAccounts', 'expandLandedCosts'],
        only: {documentType: 'Invoice'},
      },
    ],
  },
  {
    path: '/v1/customerinvoice',
    collection: 'customerinvoice',
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    key: ['documentType', 'referenceNumber'],
    stamp: 'lastModifiedDateTime',
    created: 'createdDateTime',
    rowVersion: 'timeStamp',
    lines: 'invoiceLines',
    totals: {detailTotal: 'amount', detailTotalInCurrency: 'amountInCurrency'},
    amounts: {
      amount: ['detailTotal', 'vatTotal'],
      amountInCurrency: ['detailTotalInCurrency', 'vatTotalInCurrency'],
    },
    expands: {
      expandApplications: ['applications'],
      expandAttachments: ['attachments'],
      expandTaxDetails: ['taxDetails'],
      expandInvoiceAddress: ['invoiceAddress', 'invoiceContact'],
      expandDunningInformation: ['dunningLetterDate', 'dunningLetterLevel'],
    },
    detailOnly: ['creditTerms', 'paymentMethod'],
    filters: {
      customer: equals('customer.number'),
      status: equals('status'),
      branch: equals('branchNumber.number'),
      financialPeriod: equals('financialPeriod'),
      closedFinancialPeriod: equals('closedFinancialPeriod'),
      externalReference: equals('externalReference'),
      paymentReference: equals('paymentReference'),
      customerRefNumber: equals('customerRefNumber'),
      released,
      documentDate: compared('documentDate'),
      documentDueDate: compared('documentDueDate'),
      createdDateTime: compared('createdDateTime'),
      greaterThanValue: above('referenceNumber'),
    },
    details: [{path: '/v1/customerinvoice/{referenceNumber}', prefers: {property: 'documentType', value: 'Invoice'}}],
  },
  {
    path: '/v2/journaltransaction',
    collection: 'journaltransaction',
    paging: 'lines',
    metadata: true,
    delta: 'alone',
    key: ['module', 'batchNumber'],
    stamp: 'lastModifiedDateTime',
    rowVersion: 'timeStamp',
    maxPageSize: 5000,
    lines: 'journalTransactionLines',
    totals: {
      debitTotal: 'debitAmount',
      debitTotalInCurrency: 'debitAmountInCurrency',
      creditTotal: 'creditAmount',
      creditTotalInCurrency: 'creditAmountInCurrency',
      controlTotal: 'debitAmount',
      controlTotalInCurrency: 'debitAmountInCurrency',
    },
    expands: {expandAttachments: ['attachments']},
    filters: {
      periodId: equals('financialPeriod'),
      module: journalModule,
      status: equals('status'),
      branch: equals('branch'),
    },
    wantsOneOf: ['lastModifiedDateTime', 'periodId'],
    details: [{path: '/v2/journaltransaction/{batchNumber}', prefers: {property: 'module', value: 'ModuleGL'}}],
  },
  {
    path: '/v1/financialPeriod',
    collection: 'financialPeriod',
    paging: 'unpaged',
    metadata: false,
    delta: 'none',
    key: ['year', 'period'],
    filters: {greaterThanValue: yearOrPeriod},
  },
  {
    path: '/v1/currency',
    collection: 'currency',
    paging: 'unpaged',
    metadata: false,
    delta: 'none',
    key: ['id'],
    details: [{path: '/v1/currency/{id}'}],
  },
  {
    path: '/v1/creditTerm',
    collection: 'creditTerm',
    paging: 'envelope',
    metadata: false,
    delta: 'with condition',
    key: ['termsId'],
    stamp: 'lastModifiedDateTime',
    created: 'createdDateTime',
    filters: {termsId: equals('termsId'), createdDateTime: compared('createdDateTime')},
  },
];

/** The endpoint by its path, or by the name of its collection. */
export function endpointOf(name: string): Endpoint {
  const found = endpoints.find(({path, collection}) => path === name || collection === name);
  if (!found) throw new RangeError(`no such endpoint or collection: ${name}`);
  return found;
}
