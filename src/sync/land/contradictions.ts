import {SyncError} from '../../base/errors.ts';
import type {Page, Pass} from '../../model/pass.ts';
import type {SeenRecord} from '../../rows/rows.ts';

type Records = Page['records'];

/** A record that is set apart until everything was read. */
interface SetApart {
  readonly record: Records[number];
  readonly servedAt: Date;
}

/** Keys under which a walk of a list met two different records with one stamp. It is kept from walk to walk. */
export type Suspects = Set<string>;

/**
 * Two different records that bear one key and one stamp. A list that moves may show them once; so that it is walked
 * again, and what bears such a key is set apart. If it is the same again, the key is no key for these records: they are
 * refused, and the rest of the list goes on.
 */
export class Contradictions {
  readonly #suspects: Suspects;
  readonly #found = new Set<string>();
  readonly #apart: SetApart[] = [];
  #refused = 0;

  constructor(suspects: Suspects = new Set()) {
    this.#suspects = suspects;
  }

  /** How many records were refused because another one bears their key. */
  get refused(): number {
    return this.#refused;
  }

  get expectsAny(): boolean {
    return this.#suspects.size > 0;
  }

  find(recordId: string): void {
    this.#found.add(recordId);
  }

  /** The records that bear no suspicious key; the others are set apart. @param seen their keys, by place from 0 */
  without(records: Records, {seen, servedAt}: {seen: readonly SeenRecord[]; servedAt: Date}): Records {
    const places = new Set(seen.filter(({recordId}) => this.#suspects.has(recordId)).map(({place}) => place));
    if (places.size === 0) return records;
    this.#apart.push(...records.filter((_, place) => places.has(place)).map(record => ({record, servedAt})));
    return records.filter((_, place) => !places.has(place));
  }

  /** What was set apart, once. */
  take(): readonly SetApart[] {
    return this.#apart.splice(0);
  }

  /** Of records that were set apart, the places of those that contradict one another. */
  among(seen: readonly SeenRecord[]): ReadonlySet<number> {
    const places = new Set<number>();
    for (const same of Map.groupBy(seen, ({recordId, stamp}) => JSON.stringify([recordId, stamp])).values()) {
      if (new Set(same.map(({hash}) => hash)).size === 1) continue;
      const [first] = same;
      for (const {recordId, place} of seen) if (recordId === first?.recordId) places.add(place);
    }
    this.#refused += places.size;
    return places;
  }

  /** @throws SyncError `key` if this walk met what no earlier one did */
  judge({company, resource}: Pass): void {
    if (this.#found.size === 0) return;
    for (const recordId of this.#found) this.#suspects.add(recordId);
    throw keyProblem({company, resource}, this.#found.size);
  }
}

/** @param records how many bear a key that is no key */
export const keyProblem = ({company, resource}: Pick<Pass, 'company' | 'resource'>, records: number): SyncError =>
  new SyncError('key', `two different records of ${resource.name} bear one key and one stamp, at ${company.id}`, {
    facts: {company: company.id, resource: resource.name, key: resource.key.join('+'), records},
  });
