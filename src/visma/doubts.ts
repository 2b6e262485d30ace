import type {Pass} from '../model/pass.ts';
import {type Doubt, endOf} from './fragments.ts';
import {incomplete} from './incomplete.ts';
import type {ListPage} from './list-page.ts';

/** So many small differences of a list are looked into; further ones are taken for what they are. */
const smallMax = 2;

type FetchPage = (number: number) => Promise<ListPage>;

/**
 * Looks into records that pages cut and whose header does not add up. If the pages that touch such a record still end
 * as they did, nothing moved between them: the record is like that over there, and lands. Each costs a call for each
 * end of a page, so that a kind of difference that has proved to be of the list is not looked into again and again.
 */
export class Doubts {
  readonly #smallOnes = new Map<string, number>();

  /**
   * @returns how many records have other totals than their lines add up to
   * @throws SyncError `incomplete` if a page does not end as it did: lines may be missing
   */
  async settle(doubts: readonly Doubt[], pass: Pass, fetch: FetchPage): Promise<number> {
    const marks = new Map<number, Promise<string>>();
    const markOf = (number: number): Promise<string> => {
      const mark = marks.get(number) ?? fetch(number).then(endOf);
      marks.set(number, mark);
      return mark;
    };
    for (const {ends, totals, fragments, lines} of doubts) {
      if (totals === 'close' && this.#isKnown(pass)) continue;
      for (const {number, mark} of ends) {
        if ((await markOf(number)) === mark) continue;
        throw incomplete(pass, 'a record was torn between pages', {facts: {fragments, lines, page: number}});
      }
      if (totals === 'close') this.#smallOnes.set(listOf(pass), (this.#smallOnes.get(listOf(pass)) ?? 0) + 1);
    }
    return doubts.length;
  }

  #isKnown(pass: Pass): boolean {
    return (this.#smallOnes.get(listOf(pass)) ?? 0) >= smallMax;
  }
}

const listOf = ({company, resource, slice}: Pass): string => JSON.stringify([company.id, resource.name, slice]);
