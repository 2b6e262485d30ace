import {type Entity, entitiesIn, type Json} from './exact.ts';
import type {Books, Collection, Key, Writing} from './store.ts';
import {totalsOf} from './totals.ts';

/** Which record: a company by id, tenant or name, a collection by name or path, a key. */
export interface Which {
  readonly company: string;
  readonly collection: string;
  readonly key: Key;
}

/** A change of lines; the header's totals follow unless told not to. */
export interface LineWriting extends Writing {
  readonly totals?: boolean;
}

/** What happens over there besides reading. Every verb is one write, stamped by the simulator's clock. */
export class Controls {
  readonly #booksOf: (company: string) => Books;

  constructor(booksOf: (company: string) => Books) {
    this.#booksOf = booksOf;
  }

  change({fields, ...which}: Which & Writing & {readonly fields: Entity}): Entity {
    const collection = this.#collection(which);
    return collection.replace(collection.get(which.key), fields, which);
  }

  /** Changes content and leaves stamp and row version as they were. */
  changeSilently(which: Which & {readonly fields: Entity}): Entity {
    return this.change({...which, stamp: false, rowVersion: false});
  }

  changeLine({
    place,
    fields,
    ...which
  }: Which & LineWriting & {readonly place: number; readonly fields: Entity}): Entity {
    return this.#withLines(which, lines => {
      if (place < 0 || place >= lines.length) throw new RangeError(`there is no line at place ${place}`);
      return lines.map((line, at) => (at === place ? {...line, ...fields} : line));
    });
  }

  addLine({line, ...which}: Which & LineWriting & {readonly line: Entity}): Entity {
    return this.#withLines(which, lines => [...lines, line]);
  }

  removeLastLine(which: Which & LineWriting): Entity {
    return this.#withLines(which, lines => lines.slice(0, -1));
  }

  insert({
    record,
    place = 'last',
    ...which
  }: Omit<Which, 'key'> & {readonly record: Entity; readonly place?: 'first' | 'last'}): Entity {
    return this.#collection(which).add(record, place);
  }

  delete(which: Which): Entity {
    const collection = this.#collection(which);
    const entity = collection.get(which.key);
    collection.remove(entity);
    return entity;
  }

  /** Moves stamp and row version of one record, or of all, without touching content. */
  restamp({key, ...which}: Omit<Which, 'key'> & Writing & {readonly key?: Key}): void {
    const collection = this.#collection(which);
    if (key === undefined) collection.restampAll(which);
    else collection.replace(collection.get(key), {}, which);
  }

  #collection({company, collection}: Omit<Which, 'key'>): Collection {
    return this.#booksOf(company).collection(collection);
  }

  #withLines(
    {totals = true, ...which}: Which & LineWriting,
    change: (lines: readonly Entity[]) => readonly Json[],
  ): Entity {
    const collection = this.#collection(which);
    const entity = collection.get(which.key);
    const name = collection.endpoint.lines;
    if (name === undefined) throw new TypeError(`${which.collection} has no lines`);
    const changed = {...entity, [name]: change(entitiesIn(entity[name]))};
    const sums = totals ? totalsOf(changed, collection.endpoint) : {};
    return collection.replace(entity, {[name]: changed[name], ...sums}, which);
  }
}
