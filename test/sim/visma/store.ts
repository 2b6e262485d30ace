import type {Behaviour} from './behaviour.ts';
import {type Endpoint, endpoints} from './endpoints.ts';
import {at, type Entity, isExact, type Json} from './exact.ts';
import {Listing} from './listing.ts';
import type {SimClock} from './sim-clock.ts';

/** A key as its parts: `'50001'`, `['Invoice', '000123']`. */
export type Key = string | readonly string[];

/** What a write moves besides the content; both unless told. */
export interface Writing {
  /** Whether the modification stamp becomes now. */
  readonly stamp?: boolean;
  /** Whether the row version moves. */
  readonly rowVersion?: boolean;
}

const asText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : isExact(value) ? value.rawJSON : String(value);

export const keyText = (key: Key): string => JSON.stringify(typeof key === 'string' ? [key] : key);

/** The records of one collection of one company, in the order in which they came. */
export class Collection {
  readonly endpoint: Endpoint;
  readonly deleted: Entity[] = [];
  /** Moves with every write: what was made of these records before is stale. */
  version = 0;
  /** When all of it was last stamped anew: what other lists bring into it is stamped too. */
  restampedAt: string | undefined;
  #rows: Entity[] = [];
  readonly #byKey = new Map<string, Entity>();
  readonly #nextRowVersion: () => string;
  readonly #clock: SimClock;

  constructor(endpoint: Endpoint, {clock, nextRowVersion}: {clock: SimClock; nextRowVersion: () => string}) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#nextRowVersion = nextRowVersion;
  }

  get rows(): readonly Entity[] {
    return this.#rows;
  }

  keyOf(entity: Entity): string {
    return JSON.stringify(this.endpoint.key.map(path => asText(at(entity, path))));
  }

  find(key: Key): Entity | undefined {
    return this.#byKey.get(keyText(key));
  }

  get(key: Key): Entity {
    const found = this.find(key);
    if (!found) throw new RangeError(`no ${this.endpoint.collection} with the key ${keyText(key)}`);
    return found;
  }

  /** Adds a record with the stamps that it bears; what it lacks is filled in. A key may stand twice. */
  add(entity: Entity, place: 'first' | 'last' = 'last'): Entity {
    const {stamp, created, rowVersion} = this.endpoint;
    const made: Record<string, Json | undefined> = {...entity};
    const now = this.#clock.stamp();
    if (stamp && made[stamp] === undefined) made[stamp] = now;
    if (created && made[created] === undefined) made[created] = now;
    if (rowVersion && made[rowVersion] === undefined) made[rowVersion] = this.#nextRowVersion();
    if (place === 'first') this.#rows.unshift(made);
    else this.#rows.push(made);
    this.#byKey.set(this.keyOf(made), made);
    this.version++;
    return made;
  }

  /** Puts another content in a record's stead. A stamp or row version that the content names itself is kept. */
  replace(entity: Entity, change: Entity, writing: Writing = {}): Entity {
    const place = this.#rows.indexOf(entity);
    if (place < 0) throw new RangeError('the record has been changed or deleted meanwhile');
    const changed = this.#written(entity, change, writing);
    this.#rows[place] = changed;
    this.#byKey.delete(this.keyOf(entity));
    this.#byKey.set(this.keyOf(changed), changed);
    this.version++;
    return changed;
  }

  /** Moves the stamps of every record without touching its content. */
  restampAll(writing: Writing = {}): void {
    if (writing.stamp !== false) this.restampedAt = this.#clock.stamp();
    this.#rows = this.#rows.map(entity => this.#written(entity, {}, writing));
    for (const entity of this.#rows) this.#byKey.set(this.keyOf(entity), entity);
    this.version++;
  }

  remove(entity: Entity): void {
    const place = this.#rows.indexOf(entity);
    if (place < 0) throw new RangeError('the record has been changed or deleted meanwhile');
    this.#rows.splice(place, 1);
    this.#byKey.delete(this.keyOf(entity));
    this.deleted.push(entity);
    this.version++;
  }

  #written(entity: Entity, change: Entity, {stamp = true, rowVersion = true}: Writing): Entity {
    const written: Record<string, Json | undefined> = {...entity, ...change};
    const names = this.endpoint;
    if (stamp && names.stamp && !(names.stamp in change)) written[names.stamp] = this.#clock.stamp();
    if (rowVersion && names.rowVersion && !(names.rowVersion in change)) {
      written[names.rowVersion] = this.#nextRowVersion();
    }
    return written;
  }
}

/** Everything of one company: its collections share one row version, as the tables of one database do. */
export class Books {
  readonly #collections = new Map<string, Collection>();
  readonly #listings = new Map<string, Listing>();
  #rowVersion = 2_001n;

  constructor(clock: SimClock, behaviour: Behaviour) {
    const nextRowVersion = (): string => this.#nextRowVersion();
    for (const endpoint of endpoints) {
      if (this.#collections.has(endpoint.collection)) continue;
      this.#collections.set(endpoint.collection, new Collection(endpoint, {clock, nextRowVersion}));
    }
    const collectionOf = (name: string): Collection => this.collection(name);
    for (const endpoint of endpoints) {
      this.#listings.set(endpoint.path, new Listing(endpoint, {collectionOf, behaviour}));
    }
  }

  get names(): readonly string[] {
    return [...this.#collections.keys()];
  }

  collection(name: string): Collection {
    const wanted = endpoints.find(({path}) => path === name)?.collection ?? name;
    const found = this.#collections.get(wanted);
    if (!found) throw new RangeError(`no such collection: ${name}`);
    return found;
  }

  listing({path}: Endpoint): Listing {
    const found = this.#listings.get(path);
    if (!found) throw new RangeError(`no such list: ${path}`);
    return found;
  }

  #nextRowVersion(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(++this.#rowVersion);
    return bytes.toString('base64');
  }
}
