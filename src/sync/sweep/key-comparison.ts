import {isRawNumber, type Json, type JsonObject, unwrapped} from '../../base/exact-json.ts';
import type {HeldKey} from '../../model/key-register.ts';
import {type Stamp, toStamp} from '../../model/names.ts';
import {readableParts, recordId, valueAt} from '../../model/record-id.ts';
import type {Resource} from '../../model/resource.ts';
import {hasParts} from '../../rows/rows.ts';

/** Whether a record has to be read into the tables, and why. *keyless*: it never had a row. */
export type Comparison = 'same' | 'lacking' | 'differing' | 'keyless';

/** Of more records without a key nothing tells which rows may be these. */
const hintsMax = 100;

interface Entry {
  readonly held: HeldKey;
  shown: boolean;
}

/** What one walk of a list showed, beside the keys that the table holds of it. Each key counts once. */
export class KeyComparison {
  readonly #resource: Resource;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #strangers = new Set<string>();
  readonly #from: Stamp | undefined;
  readonly #confirmed = new Set<string>();
  readonly #hints: Array<ReadonlyArray<string | null>> = [];
  #keyless = 0;
  #lacking = 0;
  #unexpected = 0;
  #shown = 0;
  #sample: string | undefined;

  /** @param from where the next delta begins: what changed from there on it reads anyway, and is no disagreement */
  constructor(resource: Resource, held: readonly HeldKey[], from?: Stamp) {
    this.#resource = resource;
    this.#entries = new Map(held.map(key => [key.recordId, {held: key, shown: false}]));
    this.#from = from;
  }

  /**
   * Compares one record. A key that is marked in the table is lacking there. One that differs counts only once it is
   * confirmed: a record that was touched, and nothing more, bears another stamp as well.
   */
  take(record: JsonObject): Comparison {
    const id = recordId(record, this.#resource);
    if (id === undefined) {
      this.#keyless++;
      if (this.#keyless <= hintsMax) this.#hints.push(readableParts(record, this.#resource).map(part => part ?? null));
      return 'keyless';
    }
    const entry = this.#entries.get(id);
    const comparison = compare(record, entry?.held, this.#resource);
    if (!this.#see(id, entry)) return comparison;
    this.#shown++;
    this.#sample = id;
    if (comparison === 'lacking') this.#lacking++;
    if (comparison === 'lacking' && !this.#isAwaited(record)) this.#unexpected++;
    return comparison;
  }

  /** Counts a record that differs. */
  confirm(record: JsonObject): void {
    const id = recordId(record, this.#resource);
    if (id === undefined || this.#confirmed.has(id)) return;
    this.#confirmed.add(id);
    if (!this.#isAwaited(record)) this.#unexpected++;
  }

  /** Distinct keys that the walk showed. */
  get shown(): number {
    return this.#shown;
  }

  get lacking(): number {
    return this.#lacking;
  }

  get differing(): number {
    return this.#confirmed.size;
  }

  /** Of what was lacking or differing, what the next delta would not have brought. */
  get unexpected(): number {
    return this.#unexpected;
  }

  /** A key that the walk has shown. */
  get sample(): string | undefined {
    return this.#sample;
  }

  /** Live rows that are held. */
  get live(): number {
    return this.#count(({held}) => !held.isDeleted);
  }

  /** Keys of live rows that the walk did not show. */
  get missing(): readonly string[] {
    return [...this.#entries.values()]
      .filter(({held, shown}) => !held.isDeleted && !shown)
      .map(({held}) => held.recordId);
  }

  /** Records that the walk showed without a key. */
  get keyless(): number {
    return this.#keyless;
  }

  /** Whether a key may be that of a record which came without one: then the list does not prove it gone. */
  mayBeKeyless(id: string): boolean {
    return this.#keyless > hintsMax || this.#hints.some(parts => hasParts(id, {parts}));
  }

  /** Whether a key needs no further looking for: the walk showed it, or its row is marked. */
  isSettled(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry === undefined ? this.#strangers.has(id) : entry.shown || entry.held.isDeleted;
  }

  /** Whether a record that was asked for by itself is another one than what is held. */
  differs(record: JsonObject): boolean {
    const id = recordId(record, this.#resource);
    return id !== undefined && compare(record, this.#entries.get(id)?.held, this.#resource) !== 'same';
  }

  /** True when the key is seen for the first time. */
  #see(id: string, entry: Entry | undefined): boolean {
    if (entry === undefined) {
      const isNew = !this.#strangers.has(id);
      this.#strangers.add(id);
      return isNew;
    }
    const isNew = !entry.shown;
    entry.shown = true;
    return isNew;
  }

  #isAwaited(record: JsonObject): boolean {
    const stamp = stampOf(record, this.#resource);
    return this.#from !== undefined && stamp !== undefined && stamp >= this.#from;
  }

  #count(counts: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (counts(entry)) count++;
    return count;
  }
}

function compare(record: JsonObject, held: HeldKey | undefined, resource: Resource): Comparison {
  if (held === undefined || held.isDeleted) return 'lacking';
  const version = rowVersionOf(record);
  if (version !== undefined && held.rowVersion !== undefined) return version === held.rowVersion ? 'same' : 'differing';
  const stamp = stampOf(record, resource);
  // A list that shows no stamps, as those of headers may, tells nothing of content.
  return stamp === undefined || toMicros(stamp) === toMicros(toStamp(held.stamp)) ? 'same' : 'differing';
}

/** Visma's row version of a record, base64, where it bears one. */
export function rowVersionOf(record: JsonObject): string | undefined {
  const version = plain(record['timeStamp']);
  return typeof version === 'string' && version !== '' ? version : undefined;
}

const stampOf = (record: JsonObject, {stamp}: Resource): Stamp | undefined =>
  stamp === undefined ? undefined : toStamp(plain(valueAt(record, stamp.split('.'))));

/** The table keeps six decimals. */
const toMicros = (stamp: Stamp | undefined): Stamp | undefined =>
  toStamp(stamp?.slice(0, '2026-01-01T00:00:00.000000'.length));

function plain(value: Json | undefined): Json | undefined {
  const scalar = unwrapped(value);
  return isRawNumber(scalar) ? scalar.rawJSON : scalar;
}
