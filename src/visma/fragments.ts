import {hash} from 'node:crypto';
import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {Pass} from '../model/pass.ts';
import {contentOf, linesIn, recordKey} from '../model/record-key.ts';
import type {Resource} from '../model/resource.ts';
import {compareTotals, type Totals} from './header-totals.ts';

type Cut = NonNullable<Resource['cut']>;

/** A page as far as its fragments matter. */
interface Fragmented {
  readonly number: number;
  readonly records: readonly JsonObject[];
}

/** The end of a page that others follow: while it stays as it was, nothing has moved across it. */
export interface PageEnd {
  readonly number: number;
  /** What the page ended with. */
  readonly mark: string;
}

/** A record that pages touched, and that may have lost lines between them. */
export interface Doubt {
  readonly record: JsonObject;
  /** The ends of pages that cut it, or that it lay beside. */
  readonly ends: readonly PageEnd[];
  /** How its header's totals compare with its lines. */
  readonly totals: Totals;
  readonly fragments: number;
  readonly lines: number;
}

/** Records that are whole by now; those that are in doubt are among them. */
export interface Joined {
  readonly whole: readonly JsonObject[];
  readonly doubts: readonly Doubt[];
}

interface Held {
  readonly key: string;
  readonly parts: JsonObject[];
  /** Ends of pages that it touches: lines of it may lie beyond them. */
  readonly ends: PageEnd[];
}

/**
 * Pages of lines cut a record in two: its header comes again on the next page with the rest of its lines. The last
 * record of each page is held back until the next page shows whether it goes on.
 */
export class Fragments {
  readonly #pass: Pass;
  readonly #cut: Cut;
  #held: Held | undefined;
  #end: PageEnd | undefined;

  constructor(pass: Pass, cut: Cut) {
    this.#pass = pass;
    this.#cut = cut;
  }

  /**
   * Takes what a page brought and gives the records that are whole by now. The last page of a walk whose pages are odd
   * may not be the end of the list.
   */
  add(page: Fragmented, {last, odd = false}: {readonly last: boolean; readonly odd?: boolean}): Joined {
    const whole: JsonObject[] = [];
    const doubts: Doubt[] = [];
    const close = (held: Held): void => {
      const {record, doubt} = this.#join(held);
      whole.push(record);
      if (doubt) doubts.push(doubt);
    };
    let touched = this.#held === undefined ? undefined : this.#end;
    if (touched) this.#held?.ends.push(touched);
    for (const [place, record] of page.records.entries()) {
      const key = recordKey(record, this.#pass.resource);
      if (place === 0 && this.#goesOn(record, key)) this.#held?.parts.push(record);
      else {
        if (this.#held) close(this.#held);
        this.#held = {key, parts: [record], ends: touched ? [touched] : []};
      }
      touched = undefined;
    }
    const end = {number: page.number, mark: endOf(page)};
    this.#end = last ? undefined : end;
    if (last && this.#held) {
      if (odd && page.records.length > 0) this.#held.ends.push(end);
      close(this.#held);
      this.#held = undefined;
    }
    return {whole, doubts};
  }

  /** A record goes on at the beginning of a page only, and with other lines. Otherwise the list has it twice. */
  #goesOn(record: JsonObject, key: string): boolean {
    if (this.#held?.key !== key) return false;
    const [begun, next] = [this.#held.parts[0], record].map(part => part && linesOf(part, this.#cut)[0]);
    return !(isJsonObject(begun) && isJsonObject(next) && contentOf(begun) === contentOf(next));
  }

  /**
   * A record that no edge of a page touched is taken as it is: a batch may be out of balance, and lands so. At an edge
   * lines may be missing without a sign, if as many were deleted and inserted before it.
   */
  #join({parts, ends}: Held): {readonly record: JsonObject; readonly doubt?: Doubt} {
    const [first = {}, ...others] = parts;
    if (others.length === 0 && ends.length === 0) return {record: first};
    const lines = parts.flatMap(part => linesOf(part, this.#cut));
    const record = others.length === 0 ? first : {...first, [this.#cut.lines]: lines};
    const agree = others.every(other => this.#agree(first, other));
    const {currency} = this.#pass.company;
    const totals = agree ? compareTotals(first, {lines, cut: this.#cut, currency}) : 'off';
    if (totals === 'equal' || totals === 'rounded') return {record};
    const count = parts.reduce((sum, part) => sum + linesIn(part, this.#pass.resource), 0);
    return {record, doubt: {record, ends, totals, fragments: parts.length, lines: count}};
  }

  #agree(one: JsonObject, other: JsonObject): boolean {
    const {stamp} = this.#pass.resource;
    const same = (property: string): boolean => unwrapped(one[property]) === unwrapped(other[property]);
    return (stamp === undefined || same(stamp)) && same('timeStamp');
  }
}

/** What a page ends with, lines included: another text once anything before it has moved. */
export function endOf({records}: Pick<Fragmented, 'records'>): string {
  const last = records.at(-1);
  return hash('sha256', `${records.length} ${last === undefined ? '' : contentOf(last)}`, 'hex');
}

function linesOf(record: JsonObject, {lines}: Cut): readonly Json[] {
  const array = record[lines];
  return Array.isArray(array) ? array : [];
}
