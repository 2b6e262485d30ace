import type {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {Pass} from '../model/pass.ts';
import {linesIn, recordKey} from '../model/record-key.ts';
import type {Resource} from '../model/resource.ts';
import type {DoubtfulRecords} from './doubtful-records.ts';
import {addsUp} from './exact-sum.ts';
import {incomplete} from './incomplete.ts';

type Cut = NonNullable<Resource['cut']>;

interface Held {
  readonly key: string;
  readonly parts: JsonObject[];
  /** It stood first on a later page, or last on one that others follow: lines of it may lie beyond the edge. */
  atEdge: boolean;
}

/**
 * Pages of lines cut a record in two: its header comes again on the next page with the rest of its lines. The last
 * record of each page is held back until the next page shows whether it goes on.
 */
export class Fragments {
  readonly #pass: Pass;
  readonly #cut: Cut;
  readonly #doubtful: DoubtfulRecords;
  #held: Held | undefined;

  constructor(pass: Pass, cut: Cut, doubtful: DoubtfulRecords) {
    this.#pass = pass;
    this.#cut = cut;
    this.#doubtful = doubtful;
  }

  /**
   * Takes what a page brought and gives the records that are whole by now.
   * @throws SyncError `incomplete` when fragments do not make one record; where only its sums are off, the first time
   */
  add(records: readonly JsonObject[], {last}: {readonly last: boolean}): readonly JsonObject[] {
    const whole: JsonObject[] = [];
    let atEdge = this.#held !== undefined;
    for (const record of records) {
      const key = recordKey(record, this.#pass.resource);
      if (this.#held?.key === key) this.#held.parts.push(record);
      else {
        if (this.#held) whole.push(this.#join(this.#held));
        this.#held = {key, parts: [record], atEdge};
      }
      atEdge = false;
    }
    if (!last && this.#held) this.#held.atEdge = true;
    if (last && this.#held) {
      whole.push(this.#join(this.#held));
      this.#held = undefined;
    }
    return whole;
  }

  /**
   * A record that no edge of a page touched is taken as it is: a batch may be out of balance, and lands so. At an edge
   * lines may be missing without a sign, where as many were deleted and inserted before it.
   */
  #join({key, parts, atEdge}: Held): JsonObject {
    const [first, ...others] = parts;
    if (first === undefined || (others.length === 0 && !atEdge)) return first ?? {};
    const lines = parts.flatMap(part => linesOf(part, this.#cut));
    const joined = others.length === 0 ? first : {...first, [this.#cut.lines]: lines};
    if (!others.every(other => this.#agree(first, other))) throw this.#torn(parts);
    if (!statedTotalsHold(first, lines, this.#cut) && !this.#doubtful.cameTwice(this.#placeOf(key), joined)) {
      throw this.#torn(parts);
    }
    return joined;
  }

  #placeOf(key: string): string {
    const {company, resource, slice} = this.#pass;
    return JSON.stringify([company.id, resource.name, slice, key]);
  }

  #torn(parts: readonly JsonObject[]): SyncError {
    const lines = parts.reduce((sum, part) => sum + linesIn(part, this.#pass.resource), 0);
    return incomplete(this.#pass, 'a record was torn between pages', {facts: {fragments: parts.length, lines}});
  }

  #agree(one: JsonObject, other: JsonObject): boolean {
    const {stamp} = this.#pass.resource;
    const same = (property: string): boolean => unwrapped(one[property]) === unwrapped(other[property]);
    return (stamp === undefined || same(stamp)) && same('timeStamp');
  }
}

function linesOf(record: JsonObject, {lines}: Cut): readonly Json[] {
  const array = record[lines];
  return Array.isArray(array) ? array : [];
}

/** A total that is zero states nothing: totals in currency are filled only where another currency is used. */
function statedTotalsHold(header: JsonObject, lines: readonly Json[], {totals}: Cut): boolean {
  return Object.entries(totals).every(([property, totalProperty]) => {
    const total = unwrapped(header[totalProperty]);
    if (total === undefined || total === null || addsUp([], total)) return true;
    const amounts = lines.map(line => (isJsonObject(line) ? unwrapped(line[property]) : undefined));
    return addsUp(amounts, total);
  });
}
