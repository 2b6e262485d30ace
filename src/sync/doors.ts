import type {Clock} from '../base/clock.ts';
import type {Random} from '../base/random.ts';
import type {Events} from '../model/events.ts';
import type {KeyRegister} from '../model/key-register.ts';
import type {Ledger, LedgerCopies} from '../model/ledger.ts';
import type {Lineage} from '../model/lineage.ts';
import type {MirrorFile, RunNotes} from '../model/mirror.ts';
import type {Company} from '../model/pass.ts';
import type {Landing, Source, Warehouse} from '../model/ports.ts';
import type {Privacy} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';

/** What a flow is handed: the ports, and what the config decides. */
export interface Doors {
  readonly source: Source;
  readonly landing: Landing;
  readonly warehouse: Warehouse & KeyRegister;
  readonly mirror: MirrorFile;
  /** Absent where no general ledger is configured. */
  readonly ledger?: Ledger;
  /** What earlier runs copied into the ledger's tables. */
  readonly copies: LedgerCopies;
  readonly notes: RunNotes;
  readonly lineage: Lineage;
  /** Creates the volume where it is absent; its schema is the warehouse's to create. */
  readonly ensureVolume: (signal?: AbortSignal) => Promise<void>;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  /** What is protected before anything is written. */
  readonly privacy: Privacy;
}

export interface Settings {
  readonly overlapMs: number;
  /** A part is put when the columns held for it reach this size, before compression. */
  readonly partBytesMax: number;
  /** What a page is asked for; Visma's own maximum is believed. */
  readonly pageSizeMax: number;
  /** A first load that takes more pages is sealed stretch by stretch, each of so many. */
  readonly stretchPages: number;
  /** Companies read at once. */
  readonly companiesAtOnce: number;
  /** The share of a company's live rows of one resource that one commit may mark as gone. */
  readonly deletionGuard: number;
  readonly acceptDeletions: boolean;
  /** Whether a period that differs or is unproven makes a run fail, or is only a problem that it reports. */
  readonly onDifference?: 'fail' | 'warn';
  /** How old a sweep may grow before a scheduled run sweeps again; absent where none does. */
  readonly sweepEveryMs?: number;
  /** A list of more records than this is swept period by period, where it has periods. */
  readonly sweepWholeMax: number;
  /** How long files of finished loads are kept. */
  readonly retentionMs: number;
  /** Wait for the lease, and for the rate window, instead of leaving. */
  readonly wait: boolean;
}

/** What a run works on, after narrowing. */
export interface Scope {
  readonly companies: readonly Company[];
  /** In the order of work. */
  readonly resources: readonly Resource[];
  /** Whether the command line named companies: then the loads of others are left alone. */
  readonly narrowed: boolean;
}
