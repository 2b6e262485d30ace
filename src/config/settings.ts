import type {Secret} from '../base/secret.ts';
import type {Mapping} from '../model/ledger.ts';
import type {Company} from '../model/pass.ts';
import type {Privacy} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';

/** The configuration after reading: references resolved, defaults in place, every value checked. */
export interface Config {
  readonly visma: VismaSettings;
  readonly databricks: DatabricksSettings;
  readonly sync: SyncSettings;
  /** The rules in the order of the file, and the salt from the environment. */
  readonly privacy: Privacy;
  /** How the general ledger is mapped; absent where none is built. */
  readonly ledger?: Mapping;
  /** Whether a run ends as a failure while a period of the ledger differs or is unproven. */
  readonly onDifference?: 'fail' | 'warn';
  readonly lineage: LineageSettings;
}

export interface VismaSettings {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Where tokens are minted; https, or http on loopback. */
  readonly tokenUrl: string;
  /** What the paths of the catalogue are put after; no trailing slash. */
  readonly apiUrl: string;
  /** In the order of the file; at least one. */
  readonly companies: readonly ConfiguredCompany[];
}

export interface ConfiguredCompany extends Company {
  /** Headers that its requests take along, where an older set-up needs one. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface DatabricksSettings {
  /** The workspace as an origin: `https://adb-1.azuredatabricks.net`. Absent where unified auth knows it. */
  readonly host?: string;
  /** Absent, as is the secret, where unified auth has the credentials. */
  readonly clientId?: string;
  readonly clientSecret?: Secret;
  /** Absent only where a local workspace takes the place of Databricks. */
  readonly warehouseId?: string;
  readonly catalog: string;
  readonly schema: string;
}

/** What Unity Catalog shows of where the tables come from. */
export interface LineageSettings {
  /** External metadata objects and their edges. */
  readonly external: boolean;
  readonly tags: boolean;
  /** Who shall own the objects; absent for whoever creates them. */
  readonly owner?: string;
}

export interface SyncSettings {
  /** In the catalogue's order. */
  readonly resources: readonly Resource[];
  /** How far before the watermark a delta begins, beside the pass's own duration. */
  readonly overlapMs: number;
  /** Records asked for in a page; the answer's maxPageSize is believed. */
  readonly pageSizeMax: number;
  /** The share of Visma's rate window that may be used, from above 0 to 1. */
  readonly rateShare: number;
  /** The share of a company's rows of one resource that one commit may mark as gone, from 0 to 1. */
  readonly deletionGuard: number;
  /** The share of Visma's rate window that sweeps may use, within the other one. */
  readonly sweepShare: number;
  /** How old a sweep may grow before a scheduled run sweeps again; absent where none does. */
  readonly sweepEveryMs?: number;
  /** A list of more records than this is swept period by period, where it has periods. */
  readonly sweepWholeMax: number;
  /** How long folders and staging rows of finished loads are kept. */
  readonly retentionMs: number;
  /** How long one statement may run; the lease outlives it. */
  readonly statementTimeoutMs: number;
  readonly companiesAtOnce: number;
  /** Pages of a first load after which what came is sealed, so that the next run goes on behind it. */
  readonly stretchPages: number;
  /** A part is put when what is held for it reaches this size, before compression. */
  readonly partBytesMax: number;
}
