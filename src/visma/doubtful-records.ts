import {hash} from 'node:crypto';
import type {JsonObject} from '../base/exact-json.ts';
import {contentOf} from '../model/record-key.ts';

/**
 * Records that were cut by pages and whose lines do not add up to their header. A torn record is another one when it
 * is read again; one that comes twice the same is out of balance over there, and lands as it is.
 */
export class DoubtfulRecords {
  readonly #contents = new Map<string, string>();

  /** Notes what came. True where an earlier walk brought just the same. */
  cameTwice(place: string, record: JsonObject): boolean {
    const content = hash('sha256', contentOf(record), 'hex');
    const same = this.#contents.get(place) === content;
    this.#contents.set(place, content);
    return same;
  }
}
