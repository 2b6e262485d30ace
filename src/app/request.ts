import type {Clock} from '../base/clock.ts';
import type {Random} from '../base/random.ts';
import type {Events} from '../model/events.ts';

export type Command =
  | 'sync'
  | 'land'
  | 'commit'
  | 'check'
  | 'plan'
  | 'status'
  | 'sweep'
  | 'resync'
  | 'lineage'
  | 'reconcile'
  | 'routes'
  | 'certificate';

/** What a person asks for, as the command line understood it. */
export interface Request {
  readonly command: Command;
  readonly configPath: string;
  /** A folder that takes the place of the workspace. */
  readonly local?: string;
  /** Comma or space separated; all where absent. */
  readonly companies?: string;
  readonly resources?: string;
  readonly wait: boolean;
  readonly acceptDeletions: boolean;
  /** For resync: `2026-03..2026-05`, or a stamp; why it is asked for; all where neither is given. */
  readonly period?: string;
  readonly since?: string;
  readonly reason?: string;
  /** For routes: an account. */
  readonly explain?: string;
  /** For reconcile: look for what is gone where the ledger differs. */
  readonly repair?: boolean;
  /** For certificate: a run, the newest where none is named; and the file of the page. */
  readonly run?: string;
  readonly output?: string;
  /** For check: the program and its configuration only, without the network. */
  readonly offline: boolean;
  /** For lineage: take away what this installation shows. */
  readonly remove?: boolean;
}

/** What surrounds a run, handed in. */
export interface Surroundings {
  readonly events: Events;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}
