import type {Behaviour} from './behaviour.ts';
import type {Endpoint} from './endpoint.ts';
import type {Entity} from './exact.ts';
import {sortable} from './stamps.ts';
import type {Collection} from './store.ts';

/** What one list has to show: the records of its collection, and those that are made of other collections. */
export class Listing {
  readonly endpoint: Endpoint;
  readonly #own: Collection;
  readonly #collectionOf: (name: string) => Collection;
  readonly #behaviour: Behaviour;
  #madeAt = -1;
  readonly #made = new Map<string, readonly Entity[]>();

  constructor(
    endpoint: Endpoint,
    {collectionOf, behaviour}: {collectionOf: (name: string) => Collection; behaviour: Behaviour},
  ) {
    this.endpoint = endpoint;
    this.#own = collectionOf(endpoint.collection);
    this.#collectionOf = collectionOf;
    this.#behaviour = behaviour;
  }

  /** Moves with every write that may change what is listed. */
  get version(): number {
    const {from = []} = this.endpoint.derived ?? {};
    return from.reduce((sum, name) => sum + this.#collectionOf(name).version, this.#own.version);
  }

  rows(query: URLSearchParams): readonly Entity[] {
    if (!this.endpoint.derived) return this.#own.rows;
    if (this.#madeAt !== this.version) this.#made.clear();
    this.#madeAt = this.version;
    const name = JSON.stringify([(this.endpoint.derived.by ?? []).map(each => query.get(each)), this.#behaviour]);
    const known = this.#made.get(name);
    if (known) return known;
    const made = [...this.#own.rows, ...this.#restamped(this.#make(query, collection => collection.rows))];
    this.#made.set(name, made);
    return made;
  }

  /** What stood here and is gone, as it was last. */
  gone(query: URLSearchParams): readonly Entity[] {
    const made = this.endpoint.derived?.traceable === false ? [] : this.#make(query, collection => collection.deleted);
    return [...this.#own.deleted, ...made];
  }

  #make(query: URLSearchParams, rowsOf: (collection: Collection) => readonly Entity[]): readonly Entity[] {
    const {derived} = this.endpoint;
    if (!derived) return [];
    const lookUp = (name: string): readonly Entity[] => this.#collectionOf(name).rows;
    const rows = (name: string): readonly Entity[] => rowsOf(this.#collectionOf(name));
    return derived.make({rows, lookUp, query, behaviour: this.#behaviour});
  }

  /** A list that was touched as a whole: what is made is stamped no earlier. */
  #restamped(rows: readonly Entity[]): readonly Entity[] {
    const {stamp} = this.endpoint;
    const at = this.#own.restampedAt;
    if (stamp === undefined || at === undefined) return rows;
    const bound = sortable(at) ?? '';
    return rows.map(row => ((sortable(row[stamp]) ?? '') < bound ? {...row, [stamp]: at} : row));
  }
}
