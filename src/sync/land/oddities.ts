import type {Facts} from '../../base/errors.ts';
import type {CompanyId, ResourceName} from '../../model/names.ts';
import type {PageRows} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';

type Odd = Pick<PageRows, 'absent' | 'lost'> & {readonly refused: {readonly length: number}};

/** What was odd in the records of a pass: kept, and reported with its count. Names of properties, never a value. */
export class Oddities {
  readonly #absent = new Map<string, number>();
  readonly #lost = new Map<string, number>();
  #rejected = 0;
  /** Records stamped later than the ERP's own clock allows. */
  stampedAhead = 0;

  add({absent, lost, refused}: Odd): void {
    for (const [path, count] of absent) raise(this.#absent, path, count);
    for (const [column, count] of lost) raise(this.#lost, column, count);
    this.reject(refused.length);
  }

  reject(records: number): void {
    this.#rejected += records;
  }

  /** Takes over what was odd in another part of the same pass. */
  include(other: Oddities): void {
    this.add({absent: other.#absent, lost: other.#lost, refused: {length: other.#rejected}});
    this.stampedAhead += other.stampedAhead;
  }

  /** Of each array, by its path, how many records came without it. */
  get absent(): ReadonlyMap<string, number> {
    return this.#absent;
  }

  /** Records and items of lines that were refused. */
  get rejected(): number {
    return this.#rejected;
  }

  /** What the counts of a pass say of it. */
  get counts(): {readonly unfit?: number; readonly absentArrays?: number} {
    const [unfit, absentArrays] = [sumOf(this.#lost), sumOf(this.#absent)];
    return {...(unfit > 0 && {unfit}), ...(absentArrays > 0 && {absentArrays})};
  }

  /**
   * Reports what a person should know.
   * @param isNews false if the pass found only what the one before it found
   * @param isFirst true if no lines can be held: an array that did not arrive then keeps nothing
   */
  report(
    {
      company,
      resource,
      isNews,
      isFirst = false,
    }: {
      readonly company: CompanyId;
      readonly resource: ResourceName;
      readonly isNews: boolean;
      readonly isFirst?: boolean;
    },
    {events}: Pick<Doors, 'events'>,
  ): void {
    const whose = `${resource} of ${company}`;
    const note = (message: string, more: Facts): void =>
      events({event: 'note', message, facts: {company, resource, ...more}});
    if (this.#rejected > 0) {
      note(`${this.#rejected} records or lines of ${whose} were refused: control.reject has them, with why`, {
        refused: this.#rejected,
      });
    }
    for (const [property, records] of isNews && !isFirst ? this.#absent : []) {
      note(`${property} did not arrive in ${records} records of ${whose}: the lines that are held stay`, {
        property,
        records,
      });
    }
    const unfit = sumOf(this.#lost);
    if (isNews && unfit > 0) {
      const columns = [...this.#lost].map(([column, count]) => `${column} (${count})`).join(', ');
      note(`${unfit} values of ${whose} did not fit and are null, _errors says why: ${columns}`, {unfit});
    }
    if (this.stampedAhead > 0) {
      note(`${this.stampedAhead} records of ${whose} are stamped in the future`, {records: this.stampedAhead});
    }
  }
}

function raise(counts: Map<string, number>, name: string, by: number): void {
  if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
}

const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
