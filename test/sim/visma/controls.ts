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

const ledgersOfPeriods: readonly string[] = [
  'SupplierLedger',
  'CustomerLedger',
  'InventoryManagement',
  'GeneralLedger',
  'CashManagement',
  'FixedAssets',
];

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

  /**
   * Gives a record another key; its internal id stays. Journal lines that name an account go along where `lines` says
   * so, without a stamp.
   */
  rename({to, lines = false, ...which}: Which & Writing & {readonly to: string; readonly lines?: boolean}): Entity {
    const collection = this.#collection(which);
    const [property] = collection.endpoint.key;
    if (property === undefined || collection.endpoint.key.length > 1) {
      throw new TypeError(`${which.collection} has no key of one part`);
    }
    const entity = collection.get(which.key);
    const renamed = collection.replace(entity, {[property]: to}, which);
    if (lines) this.#renameInLines(which.company, {from: String(entity[property]), to});
    return renamed;
  }

  /** Moves a document or batch to another financial period: YYYYMM. */
  movePeriod({period, ...which}: Which & Writing & {readonly period: string}): Entity {
    const collection = this.#collection(which);
    const entity = collection.get(which.key);
    const names = ['financialPeriod', 'applicationPeriod', 'finPeriod'].filter(name => name in entity);
    const moved = names.length === 0 ? ['financialPeriod'] : names;
    const postPeriod = 'postPeriod' in entity ? {postPeriod: period.slice(4) + period.slice(0, 4)} : {};
    return collection.replace(entity, {...Object.fromEntries(moved.map(name => [name, period])), ...postPeriod}, which);
  }

  /** Closes or opens a financial period, YYYYMM, in all its ledgers or in those that are named. */
  setPeriod({
    company,
    period,
    closed,
    ledgers = ledgersOfPeriods,
  }: {
    readonly company: string;
    readonly period: string;
    readonly closed: boolean;
    readonly ledgers?: readonly string[];
  }): Entity {
    const collection = this.#booksOf(company).collection('financialPeriod');
    const entity = collection.get([period.slice(0, 4), period.slice(4)]);
    return collection.replace(entity, Object.fromEntries(ledgers.map(name => [`closedIn${name}`, closed])));
  }

  #renameInLines(company: string, {from, to}: {from: string; to: string}): void {
    const batches = this.#booksOf(company).collection('journaltransaction');
    for (const batch of batches.rows) {
      const lines = entitiesIn(batch['journalTransactionLines']);
      if (!lines.some(line => line['accountNumber'] === from)) continue;
      const named = lines.map(line => (line['accountNumber'] === from ? {...line, accountNumber: to} : line));
      batches.replace(batch, {journalTransactionLines: named}, {stamp: false, rowVersion: false});
    }
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
