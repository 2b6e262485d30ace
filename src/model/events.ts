import type {Facts, Verdict} from '../base/errors.ts';
import type {PassCounts} from './load.ts';
import type {CompanyId, LoadId, ResourceName, RunId, Slice, Stamp, TableName} from './names.ts';

/** Where something happened, for a person who reads along. */
interface Place {
  readonly company: CompanyId;
  readonly resource: ResourceName;
  readonly slice?: Slice;
}

export type PassOutcome = 'landed' | 'quiet' | 'empty' | 'partial' | 'failed' | 'skipped';

/** What happens during a run, in the words of the log. Names, counts and ids; never a token, never a row's value. */
export type Event =
  | {
      readonly event: 'run started';
      readonly run: RunId;
      readonly command: string;
      readonly version: string;
      readonly companies: readonly CompanyId[];
      readonly resources: readonly ResourceName[];
    }
  | ({readonly event: 'pass started'; readonly since?: Stamp; readonly walk: number} & Place)
  | ({
      readonly event: 'page read';
      readonly page: number;
      readonly records: number;
      readonly seen: number;
      readonly total?: number;
    } & Place)
  | ({
      readonly event: 'pass ended';
      readonly outcome: PassOutcome;
      readonly counts: PassCounts;
      readonly seconds: number;
      readonly load?: LoadId;
      readonly reason?: string;
    } & Place)
  | {
      readonly event: 'call';
      readonly company: CompanyId;
      readonly resource?: ResourceName;
      readonly status: number;
      readonly ms: number;
      readonly bytes: number;
      readonly remaining?: number;
      readonly limit?: number;
    }
  | {
      readonly event: 'statement';
      readonly statement: string;
      readonly table?: TableName;
      readonly ms: number;
      readonly ok: boolean;
    }
  | {
      readonly event: 'table committed';
      readonly table: TableName;
      readonly inserted: number;
      readonly updated: number;
      readonly gone: number;
      readonly staged: number;
    }
  | {readonly event: 'upload'; readonly bytes: number; readonly ms: number}
  | ({
      readonly event: 'load settled';
      readonly load: LoadId;
      readonly sha256: string;
      /** Rows staged of it, by table. */
      readonly rows: Readonly<Record<string, number>>;
    } & Place)
  | {readonly event: 'periods proved'; readonly proven: number; readonly differing: number; readonly unproven?: number}
  | {readonly event: 'load set aside'; readonly load: LoadId; readonly reason: string}
  | {
      readonly event: 'retry';
      readonly what: string;
      readonly kind: string;
      readonly attempt: number;
      readonly delayMs: number;
    }
  | {readonly event: 'wait'; readonly why: string; readonly ms: number}
  | {readonly event: 'note'; readonly message: string; readonly facts?: Facts}
  | {
      readonly event: 'problem';
      readonly kind: string;
      readonly verdict: Verdict;
      readonly message: string;
      readonly hint: string;
      readonly facts: Facts;
    }
  | {readonly event: 'run ended'; readonly run: RunId; readonly exitCode: number; readonly seconds: number};

/** Takes what happens. Must not throw, must not wait. */
export type Events = (event: Event) => void;
