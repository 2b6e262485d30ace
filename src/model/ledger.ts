import type {Facts, SyncError} from '../base/errors.ts';
import type {Lease} from './lease.ts';
import type {CompanyId, RunId} from './names.ts';

/** How the general ledger is mapped, as it was configured. */
export interface Mapping {
  /** Numbers of Visma's ledgers; none for the actual one of each company. */
  readonly ledgers: readonly string[];
  /** In order: the first one that takes an account has it. */
  readonly routes: readonly Route[];
  /** What becomes of a line that no route takes: it is of the group `other`, or nothing is built. */
  readonly unrouted: 'other' | 'fail';
  readonly dimensions: readonly LedgerDimension[];
  readonly groupCurrency?: string;
  readonly rates?: {readonly type: string; readonly company: CompanyId};
}

export interface Route {
  readonly accounts: readonly AccountRange[];
  /** All where absent. */
  readonly companies?: readonly CompanyId[];
  readonly group: string;
  /** The Delta table of its own that its lines stand in too. */
  readonly table?: string;
  /** Its measure in the pivot by column. */
  readonly column?: string;
  /** Whether its accounts hold what companies of the group owe each other. */
  readonly intercompany: boolean;
}

/**
 * Account codes of one length, from and to included, in the order of texts; one code where both are the same. Codes are
 * texts: `0100` is not `100`.
 */
export interface AccountRange {
  readonly from: string;
  readonly to: string;
}

/** A part of the subaccount as a column: by the number of its segment, or by what Visma calls it. */
export interface LedgerDimension {
  readonly by: {readonly segment: number} | {readonly dimension: string};
  readonly column: string;
}

/** The group of what no route takes. */
export const unroutedGroup = 'other';

/** One company's financial period, YYYYPP. */
export interface CompanyPeriod {
  readonly companyId: CompanyId;
  readonly period: string;
}

/**
 * How a period stands. *proven*: at least one cell was compared, every compared cell is equal, and every posted line is
 * accounted for. *empty*: nothing on either side. *unproven*: it cannot be said, for a reason that a person looks at.
 */
export type ProofState = 'proven' | 'empty' | 'unproven' | 'differs';

/** What a proof was drawn from: counts and sums that no filter of the ledger has touched. Sums are exact decimals. */
export interface ProofEvidence {
  /** Posted lines in the raw tables, whatever their ledger. */
  readonly postedLines: number;
  /** Those of them that are known to be of another ledger, such as a budget. */
  readonly otherLines: number;
  readonly ledgerLines: number;
  /** Amounts of lines and balances that could not be read. */
  readonly unreadable: number;
  /** Balances in the raw table, whatever their ledger. */
  readonly balanceRows: number;
  /** Balances of accounts that the ERP keeps by itself: they are not compared. */
  readonly systemRows: number;
  /** `1: 372, BUDGET: 12` */
  readonly postedByLedger: string;
  readonly balancesByLedger: string;
  /** Absent if there is nothing to sum. */
  readonly postedDebit?: string;
  readonly postedCredit?: string;
  readonly ledgerDebit?: string;
  readonly ledgerCredit?: string;
  readonly balanceDebit?: string;
  readonly balanceCredit?: string;
}

/** A period as it was proved: how many cells were compared, and how many differ. */
export interface PeriodProof extends CompanyPeriod {
  readonly state: ProofState;
  /** Why it is unproven. */
  readonly reason?: string;
  readonly cells: number;
  /** Rows of the ERP's balances that were compared. */
  readonly balances: number;
  readonly differing: number;
  readonly evidence: ProofEvidence;
}

/** The newest `_commit` of each table that a comparison looked at. */
export type Compared = Readonly<Record<string, number>>;

/** What a comparison said, and of what. It is recorded only while that stands. */
export interface Proving {
  readonly proofs: readonly PeriodProof[];
  readonly compared: Compared;
}

/** A row of the balances that the table holds and the ERP lists no more. It counts for nothing. */
export interface UnlistedBalance {
  readonly companyId: CompanyId;
  readonly recordId: string;
}

/** One cell in which the ledger and the ERP's balances differ: an account's movements of a period. Amounts exact. */
export interface CellDifference extends CompanyPeriod {
  readonly branch: string;
  readonly ledger: string;
  readonly account: string;
  /** Visma's id of the subaccount; empty where there is none. */
  readonly subaccountId: string;
  /** Absent if the ERP lists no balance of the cell. */
  readonly expectedDebit?: string;
  readonly actualDebit: string;
  readonly expectedCredit?: string;
  readonly actualCredit: string;
}

export interface Following {
  readonly lease: Lease;
  readonly runId: RunId;
  /** Prolongs the lease before a statement. */
  readonly renew: (signal?: AbortSignal) => Promise<void>;
  /** Whether somebody has consented to what is missing being taken for gone. */
  readonly acceptsDeletions?: boolean;
  /**
   * Companies whose journals were just shown to be in the raw tables whole. Only of them a batch that no raw table has
   * is taken for gone: a table that was dropped and is not read again yet says nothing about its rows.
   */
  readonly whole?: readonly CompanyId[];
  /** True if all lines are compared by every column: somebody may have written into the tables. */
  readonly comparesAll?: boolean;
  /** Takes what the figures lack, though the ledger was brought up. */
  readonly report?: (error: SyncError) => void;
}

/** What is still wrong with the ledger, until something newer says otherwise. */
export interface LedgerStanding {
  /** Periods that differ or are unproven; also those that changed since. */
  readonly periods: readonly StandingPeriod[];
  readonly ledgers: readonly LedgerFinding[];
  /** What the figures lack. */
  readonly gaps?: readonly StandingGap[];
}

export interface StandingGap {
  readonly message: string;
  readonly hint?: string;
  readonly facts: Facts;
}

export interface StandingPeriod extends CompanyPeriod {
  readonly state: 'differs' | 'unproven';
  readonly cells: number;
  readonly differing: number;
  readonly reason?: string;
}

/**
 * *vanished*: lines are posted to a ledger that its list no longer shows. *unknown*: lines are posted, and no ledger of
 * the company is known to be its own. *not found*: no company has a ledger of this number.
 */
export interface LedgerFinding {
  readonly companyId?: CompanyId;
  readonly finding: 'vanished' | 'unknown' | 'not found';
  readonly ledger?: string;
}

/** Under which lease a conclusion is written. */
export type UnderLease = Pick<Following, 'lease' | 'runId'>;

/** How far the ledger has come with the raw tables: the newest `_commit` that it has taken of each. */
export type Consumed = Readonly<Record<string, number>>;

/**
 * The general ledger over the raw tables. It remembers itself how far it has come, so that a run which dies is
 * caught up by the next; every verb is safe to repeat.
 */
export interface Ledger {
  /** Of the mapping: while it is the same, what was built stands. */
  readonly fingerprint: string;
  /**
   * Brings the ledger up to what the raw tables hold: its own table, the routed ones, the checks of the journals; and
   * notes the periods that have to be proved. Nothing where nothing changed.
   */
  follow(following: Following, signal?: AbortSignal): Promise<Consumed>;
  /**
   * Compares the ledger with the ERP's balances, in the periods that wait for it or in those that are named. To be
   * called by the holder of the lease; recognises the accounts that the ERP keeps by itself, where it has to.
   */
  prove(
    of: UnderLease & {
      readonly companies: readonly CompanyId[];
      readonly periods?: readonly CompanyPeriod[];
      readonly unlisted?: readonly UnlistedBalance[];
    },
    signal?: AbortSignal,
  ): Promise<Proving>;
  /**
   * Writes how these periods stand, with the evidence and with every cell that differs; nothing if the lease is lost or
   * the tables are no longer what was compared. Gives the cells that this run has recorded.
   */
  record(
    of: UnderLease & {readonly proving: Proving; readonly unlisted?: readonly UnlistedBalance[]},
    signal?: AbortSignal,
  ): Promise<readonly CellDifference[]>;
  /**
   * Records the balances of periods that are closed in the general ledger and proven: for companies whose periods,
   * journals and balances have just been read, in this order.
   */
  close(of: UnderLease & {readonly companies: readonly CompanyId[]}, signal?: AbortSignal): Promise<void>;
  /** What is wrong with the ledger now, whoever found it. */
  standing(signal?: AbortSignal): Promise<LedgerStanding>;
  /** How all of it stands now. */
  attest(
    of: {readonly runId: RunId; readonly companies: readonly CompanyId[]; readonly differencesMax: number},
    signal?: AbortSignal,
  ): Promise<Attested>;
}

/** What the general ledger copied out of the raw tables, whether or not one is configured now. */
export interface LedgerCopies {
  /** Takes the former text of these columns out of every copy: the ledger, its routed tables, closes and events. */
  mask(
    of: {
      readonly columns: ReadonlyArray<{readonly table: string; readonly column: string}>;
      readonly lease: Lease;
      /** Prolongs the lease before a statement. */
      readonly renew: (signal?: AbortSignal) => Promise<void>;
    },
    signal?: AbortSignal,
  ): Promise<void>;
}

/** How the ledger stands: what it adds up to, what its checks have found, what is proven, and what is closed. */
export interface Attested {
  /** Of the mapping. */
  readonly fingerprint: string;
  readonly sums: readonly LedgerSum[];
  readonly checks: readonly CheckCount[];
  readonly periods: readonly PeriodState[];
  /** What was measured of each company, such as the accounts that the ERP keeps by itself. */
  readonly facts?: readonly CompanyFact[];
  /** What this run found to differ, so many cells at most as `attest` was asked for. */
  readonly differences: readonly CellDifference[];
}

/** All posted lines of a company, in its own currency. Amounts exact. */
export interface LedgerSum {
  readonly companyId: string;
  readonly lines: number;
  readonly debit: string;
  readonly credit: string;
}

/** How many findings of one check of the journals stand, and how many were resolved. */
export interface CheckCount {
  readonly companyId: string;
  readonly check: string;
  readonly open: number;
  readonly resolved: number;
}

/** How a period stands against the ERP's balances, whether it is closed, and what happened to it since. */
export interface PeriodState {
  readonly companyId: string;
  readonly period: string;
  /** *due*: changed since it was proved. */
  readonly state: 'due' | ProofState;
  /** Why it is unproven. */
  readonly reason?: string;
  readonly cells: number;
  readonly differing: number;
  /** When its balances were recorded, ISO with Z; absent where it never was closed. */
  readonly closedAt?: string;
  readonly reopenedAt?: string;
  /** Lines that were added, changed or removed since. */
  readonly events: number;
}

/** A question that a company's own data answers: the answer, and what it was drawn from. */
export interface CompanyFact {
  readonly companyId: string;
  readonly fact: string;
  readonly answer: string;
  readonly evidence: string;
}

/** What following came to, for the mirror and for the run's end. */
export interface Followed {
  readonly consumed: Consumed;
  /** What kept the ledger from being brought up. */
  readonly errors: readonly SyncError[];
  /** What the figures lack although the ledger was brought up. */
  readonly gaps: readonly SyncError[];
}
