import type {Attested} from './ledger.ts';

/**
 * What a run leaves for an auditor: what was read and written and with what hashes, how many rows are held, and how the
 * ledger stands. Names, counts, sums and digests; no value of a row, the codes of accounts that differ aside. Instants
 * are ISO with Z, amounts exact decimals as text.
 */
export interface Certificate {
  readonly run: string;
  readonly command: string;
  /** Of the program. */
  readonly version: string;
  /** SHA-256 of the configuration that the run worked with, secrets left out. */
  readonly configuration: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly exitCode: number;
  readonly outcome: string;
  readonly catalog: string;
  readonly schema: string;
  /** Those that the run worked on. */
  readonly companies: readonly CertifiedCompany[];
  /** Requests to Visma, tokens included; statements to the warehouse before this was written. */
  readonly calls: number;
  readonly statements: number;
  readonly passes: readonly CertifiedPass[];
  /** What entered the tables. */
  readonly loads: readonly CertifiedLoad[];
  /** What the MERGEs made of it, over all companies. */
  readonly tables: readonly CertifiedTable[];
  /** What the tables hold now. */
  readonly held: readonly HeldCount[];
  /** Absent where none is configured, or where it could not be read, which `notes` says. */
  readonly ledger?: Attested;
  readonly problems: readonly CertifiedProblem[];
  readonly notes: readonly string[];
}

export interface CertifiedCompany {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
}

/** One company, resource and slice as it was read, counted in records. */
export interface CertifiedPass {
  readonly company: string;
  readonly resource: string;
  readonly slice: string;
  readonly outcome: string;
  /** From which of Visma's stamps on; absent where the whole list was read. */
  readonly since?: string;
  readonly pages: number;
  /** How many there were by Visma's own count, lines where its pages count lines; absent where it counts nothing. */
  readonly listed?: number;
  readonly read: number;
  readonly landed: number;
  readonly refused: number;
  readonly repeated: number;
  readonly unchanged: number;
}

export interface CertifiedLoad {
  readonly load: string;
  readonly company: string;
  readonly resource: string;
  readonly slice: string;
  /** The digest that its `load.json` bears, which has those of all its files. */
  readonly sha256: string;
  /** Rows staged of it, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface CertifiedTable {
  readonly table: string;
  readonly read: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly gone: number;
}

/** A raw table's rows of one company. */
export interface HeldCount {
  readonly company: string;
  readonly table: string;
  readonly live: number;
  /** Found gone in Visma, and kept. */
  readonly marked: number;
  /** Rows, marked ones included, that this run's loads wrote last. */
  readonly written: number;
  /** Sums over the live rows of a table that has both. */
  readonly debit?: string;
  readonly credit?: string;
}

export interface CertifiedProblem {
  readonly kind: string;
  readonly message: string;
}

/** Where a certificate lies, and the digest of its content. */
export interface CertificateMark {
  readonly path: string;
  readonly sha256: string;
}

/** *altered*: its content has another digest than it bears. *misnamed*: its file bears the name of another run. */
export interface FoundCertificate extends CertificateMark {
  readonly certificate: Certificate;
  readonly altered: boolean;
  readonly misnamed: boolean;
}

/** Certificates in the volume, a file for each run. Nothing of this program removes them. */
export interface CertificateFiles {
  /** Puts one and confirms its size. Safe to repeat. */
  put(certificate: Certificate, signal?: AbortSignal): Promise<CertificateMark>;
  /**
   * The certificate of a run, or the last one before it: a run that found nothing new leaves none. The newest where no
   * run is named. Undefined where there is none; throws `data` for a file that is no certificate.
   */
  find(run?: string, signal?: AbortSignal): Promise<FoundCertificate | undefined>;
}
