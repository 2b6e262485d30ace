import type {Place} from '../stage.ts';

/** A list that every side reads: where it is, what is asked of it, and what tells its records apart. */
export interface List {
  readonly name: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: readonly string[];
}

export interface PeerPlace extends Place {
  readonly lists: readonly List[];
}

export interface Side {
  readonly seconds: number;
  readonly cpu: number;
  readonly peakMb: number;
  readonly records: number;
  /** Journal lines that were committed. */
  readonly lines?: number;
}

/** What the pipeline says of itself, in seconds. */
export interface Piped {
  readonly extract: number;
  readonly normalize: number;
  readonly load: number;
  readonly cpu: number;
  readonly peakMb: number;
  /** Of journals. */
  readonly lines: {readonly read: number; readonly held: number};
}
