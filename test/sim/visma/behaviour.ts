/** What is wrong with a list that is odd, in the same way whenever it is asked for. */
export type ListOddity =
  /** A record in the middle comes twice, and is counted twice. */
  | 'a record twice'
  /** The same, and the count knows nothing of it. */
  | 'a record twice, counted once'
  /** The record in the middle is counted and never comes. */
  | 'a record less'
  /** `totalCount` is one more than there are. */
  | 'count off by one'
  /** Records carry no `metadata`. */
  | 'no metadata'
  /** If there is nothing to list, the answer is 200 with an empty body. */
  | 'empty body'
  /** Every page is the whole list, and says how many records that are. */
  | 'pages ignored'
  /** The same without `metadata`. */
  | 'pages ignored, no metadata'
  /** Every page is the first one. What comes after it never comes. */
  | 'the first page again'
  /** The second of three pages or more is empty. What belongs on it never comes. */
  | 'an empty middle page'
  /** The second page is a record short. That record comes with the next page, so that nothing is missing. */
  | 'a short middle page';

/**
 * What the vendor's documents leave open, or a tenant may have set: each can be changed while the simulator runs.
 * Where two ways are thinkable, the default is the one that is harder for a client.
 */
export interface Behaviour {
  tokenLifeSeconds: number;
  /** A tenant that the client is not approved for: no token, or one whose data calls answer fault 12027. */
  unknownTenant: 'no token' | 'fault 12027';
  /** Requests in an hour for a company and client. */
  rateLimit: number;
  /** Old set-ups: without the right ipp-company-id every list answers 200 with an empty array. */
  companyHeader: 'not needed' | 'required';
  /** For every endpoint, or by path; endpoints have their own where nothing is said. */
  maxPageSize: number | Readonly<Record<string, number>> | undefined;
  /** What a list gives when no pageSize is asked for. */
  defaultPageSize: number;
  /** Where one of several filters is called mandatory and none is given: everything, or 400. */
  missingFilter: 'everything' | 'refused';
  /** Whether a stamp alone, as journals take it, includes the records stamped just so. */
  sinceInclusive: boolean;
  /** A batch without lines: never in a list of lines, or counted as one line. */
  emptyBatches: 'absent' | 'counted';
  /** Lists have no documented order. */
  order: 'as inserted' | 'newest first' | 'by modification';
  gzip: boolean;
  /**
   * The total of a batch in company currency: the sum of its lines, or its total in document currency converted once,
   * as the platform does, which differs by cents. Batches are written with it, so set it before there are any.
   */
  convertedTotals: 'sums of lines' | 'converted once';
  /** Lists that are odd, by path: what is true in the books is not changed by it. */
  oddLists: Readonly<Record<string, ListOddity>>;
  /** Which property of a ledger the parameter `ledger` takes. */
  ledgerNamedBy: 'number' | 'internalId';
  /** Balances of liabilities and income: positive where credit is greater, or debit minus credit as all others. */
  balanceSigns: 'by account type' | 'debit minus credit';
  /** Whether `excludeYTDAccount` counts for nothing, as parameters that an endpoint does not know do. */
  ignoresExcludeYTD: boolean;
  /** A posting into an earlier period changes what later ones begin with: whether their rows are stamped for it. */
  laterBalances: 'not stamped' | 'stamped';
  /**
   * Lists and records that the tenant has no licence for, by path and all below it: `/v1/project`, or for one company
   * `no /v1/project`.
   */
  unlicensed: Readonly<Record<string, 403 | 404>>;
  /** Lists that take longer than the gateway waits, by path: from so many records in a page they answer 504. */
  tooSlow: Readonly<Record<string, number>>;
  /** How often a background operation is asked for before it has finished, and how long it takes by the clock. */
  background: {readonly polls: number; readonly seconds: number; readonly fails: boolean};
}

export const usual: Behaviour = {
  tokenLifeSeconds: 3600,
  unknownTenant: 'no token',
  rateLimit: 15_000,
  companyHeader: 'not needed',
  maxPageSize: undefined,
  defaultPageSize: 100,
  missingFilter: 'everything',
  sinceInclusive: false,
  emptyBatches: 'absent',
  order: 'as inserted',
  gzip: true,
  convertedTotals: 'converted once',
  oddLists: {},
  ledgerNamedBy: 'number',
  balanceSigns: 'by account type',
  ignoresExcludeYTD: false,
  laterBalances: 'not stamped',
  unlicensed: {},
  tooSlow: {},
  background: {polls: 1, seconds: 0, fails: false},
};

/**
 * Lists as companies have been seen to have them, each on every read: a branch comes twice, a list has lost its
 * metadata, and a list with nothing to show answers with an empty body. The numbers of 16 and 17 digits, totals that
 * are converted once, the accounts that the ERP keeps by itself, the adjustment period and the lists without pages that
 * count themselves are there in any case. An odd list may cost a call more, so the odd ones are small.
 */
export const asRealCompanies: Pick<Behaviour, 'oddLists'> = {
  oddLists: {
    '/v1/branch': 'a record twice',
    '/v1/employee': 'no metadata',
    '/v1/cashTransaction': 'empty body',
    '/v1/GeneralLedgerTransactions': 'empty body',
  },
};

/** A legal entity: the tenant of the token chooses it. */
export interface SimCompany {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** What old set-ups send as ipp-company-id. */
  readonly companyId: string;
  readonly currency: string;
  readonly country: string;
}

export const legalEntities: readonly SimCompany[] = [
  {
    id: 'se',
    name: 'Nordic Software AB',
    tenantId: '7c1f0c52-3d0e-4a5b-9f0a-5e0000000001',
    companyId: '1001',
    currency: 'SEK',
    country: 'SE',
  },
  {
    id: 'no',
    name: 'Nordisk Programvare AS',
    tenantId: '7c1f0c52-3d0e-4a5b-9f0a-4e0000000002',
    companyId: '1002',
    currency: 'NOK',
    country: 'NO',
  },
  {
    id: 'dk',
    name: 'Nordisk Software ApS',
    tenantId: '7c1f0c52-3d0e-4a5b-9f0a-4d0000000003',
    companyId: '1003',
    currency: 'DKK',
    country: 'DK',
  },
];
