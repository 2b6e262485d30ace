import type {JsonObject} from '../base/exact-json.ts';
import type {HeldCount} from './certificate.ts';
import type {KeyRegister} from './key-register.ts';
import type {Lease} from './lease.ts';
import type {Checkpoint, HeldFile, Manifest, PartFile, SetAside} from './load.ts';
import type {CompanyId, LoadId, ResourceName, RunId, Slice, TableName} from './names.ts';
import type {Company, CompanyIdentity, FinancialPeriod, Found, ListCount, Page, Pass} from './pass.ts';
import type {ProtectedColumn} from './privacy.ts';
import type {Resource} from './resource.ts';
import type {Table} from './table.ts';

/**
 * Visma.net as something to read. A pass may be read again at any time; it changes nothing over there. Nothing is
 * promised about order: of one key the last read wins.
 */
export interface Source {
  /**
   * Reads one pass, page by page. Ends without error only when the pass is proved complete; else it throws
   * `incomplete` (read again), `limited` (the window is spent), `permission` or `absent` (not for this tenant).
   */
  read(pass: Pass, signal?: AbortSignal): AsyncIterable<Page>;
  /** The slices that a resource has to be read by; the whole alone where it has none. Asked for once a run. */
  slices(of: CompanyResource, signal?: AbortSignal): Promise<readonly Slice[]>;
  /** The company's financial periods, oldest first. Asked for once a run. */
  periods(company: Company, signal?: AbortSignal): Promise<readonly FinancialPeriod[]>;
  /** Counts a list by a page of one. */
  count(pass: Pass, signal?: AbortSignal): Promise<ListCount>;
  /** Asks for one record by itself; as a part of a sweep the call is taken from the sweeps' share. */
  readOne(
    of: CompanyResource & {readonly recordId: string; readonly sweeping?: boolean},
    signal?: AbortSignal,
  ): Promise<Found>;
  /** What is left of the company's rate window for us, as far as it is known. */
  window(company: Company): RateWindow | undefined;
  /** Asks for a token and one record, so that a wrong secret, tenant or right shows before a run. */
  check(company: Company, signal?: AbortSignal): Promise<void>;
}

export interface CompanyResource {
  readonly company: Company;
  readonly resource: Resource;
}

/** Our share of the rate window of one company and client. */
export interface RateWindow {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/**
 * The volume as the queue of what was read. A load's folder is written once and never changed: parts first, the
 * manifest last. Whoever died before the seal has landed nothing.
 */
export interface Landing {
  /** Puts one part and confirms its size. Safe to repeat: the same name carries the same bytes. */
  put(
    part: {readonly resource: Resource; readonly loadId: LoadId; readonly file: PartFile; readonly bytes: Uint8Array},
    signal?: AbortSignal,
  ): Promise<void>;
  /** Puts the keys held so far beside the parts of a stretch. */
  putHeld(
    held: {readonly resource: Resource; readonly loadId: LoadId; readonly file: HeldFile; readonly bytes: Uint8Array},
    signal?: AbortSignal,
  ): Promise<void>;
  /** Reads them again; undefined where they are gone or not what was put. */
  readHeld(
    held: {readonly resource: Resource; readonly loadId: LoadId},
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined>;
  /** Confirms every part in the volume, then writes `load.json`. */
  seal(manifest: Manifest, signal?: AbortSignal): Promise<void>;
  /** Removes what an unfinished pass put. Failing to is no failure: prune finds it later. */
  discard(resource: Resource, loadId: LoadId): Promise<void>;
  /**
   * Every sealed load in the volume that is not among the finished ones, oldest sequence first in each chain; and
   * the folders whose manifest cannot be used, each with its reason.
   */
  pending(finished: ReadonlyMap<string, Date>, signal?: AbortSignal): Promise<Pending>;
  /** The digest that the load's `load.json` bears. */
  digestOf(manifest: Manifest): string;
  /** The path of one of a load's files, as COPY INTO names it. */
  pathOf(manifest: Manifest, file: PartFile): string;
  /** Removes these resources' folders of loads finished before the retention, and unsealed ones older than a day. */
  prune(of: readonly Resource[], finished: ReadonlyMap<string, Date>, signal?: AbortSignal): Promise<readonly LoadId[]>;
}

export interface Pending {
  readonly loads: readonly Manifest[];
  readonly unusable: readonly UnusableLoad[];
}

/** A sealed folder whose manifest is damaged, edited, or of a newer version. */
export interface UnusableLoad {
  readonly resource: ResourceName;
  readonly loadId: LoadId;
  readonly reason: string;
}

/** What COPY INTO takes in one statement: files of one table with one list of columns. */
export interface CopyBatch {
  readonly table: TableName;
  readonly columns: readonly string[];
  /** Full paths in the volume. */
  readonly paths: readonly string[];
}

/** Rows that a MERGE wrote. */
export interface MergeCounts {
  readonly inserted: number;
  readonly updated: number;
}

/**
 * Why live rows would be deleted. *missing*: a whole list lacks them. *renamed*: their internal id has come under
 * another key. *lines*: their record stays, and has come with fewer lines.
 */
export type Loss = 'missing' | 'renamed' | 'lines';

/** How many live rows of a table a commit would delete, and how many there are. */
export interface GoneCount {
  readonly company: string;
  readonly table: TableName;
  readonly loss: Loss;
  readonly gone: number;
  readonly live: number;
}

/** What one commit works on for one resource: the loads of all its chains, in order. */
export interface CommitScope {
  readonly resource: Resource;
  readonly loads: readonly Manifest[];
  /** Companies whose missing rows may be marked: their newest load is a complete snapshot and the guard allows it. */
  readonly marking: ReadonlySet<string>;
  /** By company, missing rows that stay, because they may be records that were refused. */
  readonly spared?: ReadonlyMap<string, readonly string[]>;
  readonly lease: Lease;
}

/** A commit of one resource's loads as one transaction: all of it happens, or nothing. */
export interface WholeCommit {
  /** What is merged. */
  readonly scope: CommitScope;
  /** What is copied before, for the resource's own tables and for control tables. */
  readonly copies: readonly CopyBatch[];
  /** What the commit may mark; absent where that has been decided. */
  readonly guard?: MarkingGuard;
  /** Loads whose checkpoints move with it, as `settle` moves them. */
  readonly settled: readonly Manifest[];
  readonly runId: RunId;
}

/** How many live rows of a company may be marked: so many, or this share of them. */
export interface MarkingGuard {
  readonly rowsMax: number;
  readonly shareMax: number;
  /** Companies for which somebody has consented to more. */
  readonly consented: ReadonlySet<string>;
}

/** What became of it: the rows written and marked, by table; or nothing at all, and why where that is to be told. */
export type WholeEnd =
  | {readonly committed: true; readonly counts: ReadonlyMap<TableName, MergeCounts & {readonly marked: number}>}
  | {readonly committed: false; readonly note?: string};

/**
 * The tables, and the SQL that fills them. Every verb is safe to repeat, because any answer may be lost after its
 * effect. What changes data takes the lease: once it belongs to another, nothing is merged and nothing is settled.
 */
export interface Warehouse extends KeyRegister {
  /** Creates the schemas and the control tables where they are absent. */
  open(signal?: AbortSignal): Promise<void>;
  /** Companies whose id delivered rows of another tenant, or whose tenant delivered rows under another id. */
  foreignCompanies<Each extends CompanyIdentity>(
    companies: readonly Each[],
    signal?: AbortSignal,
  ): Promise<readonly Each[]>;
  /** Binds companies that deliver rows to their tenants, under the lease; gives the foreign ones, which it leaves. */
  bindCompanies<Each extends CompanyIdentity>(
    companies: readonly Each[],
    lease: Lease,
    signal?: AbortSignal,
  ): Promise<readonly Each[]>;
  readCheckpoints(signal?: AbortSignal): Promise<readonly Checkpoint[]>;
  /** The ids of loads that have been settled or set aside, with when. */
  readFinishedLoads(signal?: AbortSignal): Promise<ReadonlyMap<string, Date>>;

  /** The privacy rules under which the rows of each resource are held. */
  readPrivacy(signal?: AbortSignal): Promise<readonly HeldRules[]>;
  /** Brings the rows that are held under changed rules: blanks them, forgets their windows, notes the rules. */
  applyPrivacy(application: PrivacyApplication, signal?: AbortSignal): Promise<void>;

  /** Takes the lease where it is free, expired or already ours; undefined while another holds it. */
  acquire(owner: string, signal?: AbortSignal): Promise<Lease | undefined>;
  /** Prolongs the lease; throws `lease` when it belongs to another. Cheap while enough of its term is left. */
  renew(lease: Lease, signal?: AbortSignal): Promise<void>;
  release(lease: Lease, signal?: AbortSignal): Promise<void>;

  /** Creates or widens the raw and staging tables. */
  prepare(tables: readonly Table[], signal?: AbortSignal): Promise<void>;
  copy(batch: CopyBatch, table: Table, signal?: AbortSignal): Promise<void>;
  /** Appends parts of loads to a control table (`reject`, `api_call`), idempotent by path. */
  copyControl(batch: CopyBatch, signal?: AbortSignal): Promise<void>;
  /**
   * What the tables hold of a company's live records, each as one text: `<own hash>|<digest of its lines>|…`, a digest
   * for each array, as `PageRows.contents` makes them.
   */
  readContents(
    of: {readonly resource: Resource; readonly companyId: CompanyId},
    signal?: AbortSignal,
  ): Promise<ReadonlyArray<{readonly recordId: string; readonly content: string}>>;
  /** Rows in staging for each load and table, as `${loadId}/${table}`. */
  countStaged(loads: readonly Manifest[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** What merging would delete, by company and kind of loss. */
  countGone(scope: CommitScope, signal?: AbortSignal): Promise<readonly GoneCount[]>;
  /** The live rows that the whole lists of the marked companies lack, with their records as JSON. */
  readUnlisted(
    scope: CommitScope,
    signal?: AbortSignal,
  ): Promise<ReadonlyArray<{readonly recordId: string; readonly record: string}>>;
  /** Leaves one row of each key that somebody has written twice. Gives how many keys those were, by table. */
  keepOneOfEach(
    of: {readonly tables: readonly Table[]; readonly lease: Lease},
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<TableName, number>>;
  /** Merges the resource's own table: of one key the last read wins. */
  mergeRecords(scope: CommitScope, signal?: AbortSignal): Promise<MergeCounts>;
  /** Merges one table of lines: each parent's lines are replaced as a set. */
  mergeLines(scope: CommitScope, table: Table, signal?: AbortSignal): Promise<MergeCounts>;
  /**
   * Copies, counts, merges and moves the checkpoints of one resource in one transaction, so that no reader sees a
   * record without its lines. Commits nothing where the workspace does not offer that, where one of the tables can't
   * be a part of it, and where rows in staging, marks or the lease are not as they should be: the other verbs, one
   * after the other, then find out and tell.
   */
  commitWhole(whole: WholeCommit, signal?: AbortSignal): Promise<WholeEnd>;
  /**
   * Moves the checkpoints to the newest load of each chain and notes every load's fate, in that order.
   * Each checkpoint moves only from the sequence that its chain started from.
   */
  settle(settlement: Settlement, signal?: AbortSignal): Promise<void>;
  /** Removes staging rows of loads that were finished before the retention. */
  pruneStaging(tables: readonly Table[], loads: readonly LoadId[], signal?: AbortSignal): Promise<void>;
  /** What these resources' tables hold of each company; a table that is not there is left out. */
  countHeld(
    of: {readonly resources: readonly Resource[]; readonly runId: RunId},
    signal?: AbortSignal,
  ): Promise<readonly HeldCount[]>;
  /** The report of a run, as JSON text; undefined where it left none. */
  readReport(runId: RunId, signal?: AbortSignal): Promise<string | undefined>;
  /** The newest run that left a certificate by its own report, up to this one where one is named. */
  lastCertified(upTo?: RunId, signal?: AbortSignal): Promise<string | undefined>;
  /** Writes runs' own records, the newest last; what stands already is left as it is. */
  recordRuns(records: readonly RunRecord[], signal?: AbortSignal): Promise<void>;
}

/** A row of control.privacy. */
export interface HeldRules {
  readonly resource: ResourceName;
  /** Of the rules and of the salt; empty where nothing is protected. */
  readonly fingerprint: string;
  /** JSON, without the salt. */
  readonly rules: string;
}

/** A resource whose rules differ from those its rows are held under. */
export interface PrivacyChange {
  readonly resource: Resource;
  /** The columns whose former text has to go; none where rules were only loosened. */
  readonly newly: readonly ProtectedColumn[];
}

export interface PrivacyApplication {
  /** Of resources with rows. */
  readonly changes: readonly PrivacyChange[];
  /** The rules that hold from now on. */
  readonly rows: readonly HeldRules[];
  readonly lease: Lease;
  readonly runId: RunId;
}

export interface Settlement {
  readonly lease: Lease;
  readonly runId: RunId;
  readonly settled: readonly Manifest[];
  readonly setAside: readonly SetAside[];
  /** Those of the settled whose checkpoints moved together with their rows. */
  readonly moved?: ReadonlySet<Manifest>;
}

/** A row of control.run, with its rows of control.table_run and control.api_call. */
export interface RunRecord {
  readonly runId: RunId;
  readonly command: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** How long it has waited in the volume, in whole seconds, by the clock of the volume; absent if it did not. */
  readonly secondsAgo?: number;
  readonly exitCode: number;
  readonly report: JsonObject;
  readonly tables: readonly TableRun[];
  readonly calls: readonly CallCount[];
}

/** A row of control.api_call: requests to Visma of one run. */
export interface CallCount {
  readonly company: CompanyId;
  /** Absent for token requests. */
  readonly resource?: ResourceName;
  readonly status: number;
  readonly calls: number;
  readonly bytes: number;
}

export interface TableRun {
  readonly table: TableName;
  readonly staged: number;
  readonly inserted: number;
  readonly updated: number;
  readonly gone: number;
}

/** Files in a volume. Paths begin with `/Volumes/`; segments are escaped on the wire, not by the caller. */
export interface Files {
  /** Writes a file whole, over one of the same name. */
  put(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Its size in bytes; undefined where there is none. */
  size(path: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Its bytes; undefined where there is none. */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** What a folder holds, by name; empty where there is none. */
  list(path: string, signal?: AbortSignal): Promise<readonly FileEntry[]>;
  /** Removes a file, or an empty folder; content that is not there is no error. */
  remove(entry: {readonly path: string; readonly folder: boolean}, signal?: AbortSignal): Promise<void>;
}

export interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** The server's clock when it answered. */
  readonly listedAt: Date;
}

/** One SQL statement. Every statement this program sends is safe to send again. */
export interface Statement {
  readonly sql: string;
  /** What it does, for log and errors: `merge`. */
  readonly label: string;
  readonly table?: TableName;
  readonly parameters?: Readonly<Record<string, StatementValue>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export type StatementValue = string | number | bigint | boolean | null;
/** DECIMAL as text, BIGINT as bigint, times as the statement cast them (ask for STRING). */
export type StatementRow = Readonly<Record<string, string | number | bigint | boolean | Date | null>>;

/** A SQL warehouse. Runs one statement to its end; repeats it itself where the error's ruling says so. */
export interface Statements {
  run(statement: Statement, signal?: AbortSignal): Promise<readonly StatementRow[]>;
  close(): Promise<void>;
}

/** The workspace's REST interface, for control-plane calls. Path and query of this workspace; JSON both ways. */
export interface Rest {
  request(
    call: {
      readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
      readonly path: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly body?: JsonObject;
    },
    signal?: AbortSignal,
  ): Promise<JsonObject>;
}

/** What must be there before a run: each tried by itself, so that all that is missing is known at once. */
export interface Prerequisites {
  /** Creates the volume where it is absent. */
  ensureVolume(volume: {readonly catalog: string; readonly schema: string; readonly name: string}): Promise<void>;
  checkIdentity(): Promise<void>;
  checkWarehouse(): Promise<void>;
  checkCatalog(catalog: string): Promise<void>;
  /** Writes, measures, reads and removes a small file. */
  checkVolume(volume: {readonly catalog: string; readonly schema: string; readonly name: string}): Promise<void>;
}
