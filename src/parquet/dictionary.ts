import {pushVarint} from './page-header.ts';

/** One byte numbers a value. */
const valuesMax = 256;
const valueLengthMax = 64;

/** The few distinct values of a column, and for each row that has one, which. */
export class Dictionary {
  readonly #numbers = new Map<string, number>();
  #rows = Buffer.allocUnsafe(1 << 10);
  #length = 0;
  #last = '';
  #lastNumber = -1;

  get size(): number {
    return this.#numbers.size;
  }

  /** Rows that have a value. */
  get length(): number {
    return this.#length;
  }

  /** False where the column is too varied for a dictionary; the value is then not taken. */
  add(value: string): boolean {
    if (this.#lastNumber === -1 || value !== this.#last) {
      const number = this.#numberOf(value);
      if (number === undefined) return false;
      this.#last = value;
      this.#lastNumber = number;
    }
    if (this.#length === this.#rows.length) this.#rows = Buffer.concat([this.#rows], this.#length * 2);
    this.#rows[this.#length++] = this.#lastNumber;
    return true;
  }

  /** The distinct values, by their number. */
  values(): string[] {
    return [...this.#numbers.keys()];
  }

  /** The value of each row, in order. */
  *rowValues(): Iterable<string> {
    const values = this.values();
    for (const number of this.#rows.subarray(0, this.#length)) yield values[number] ?? '';
  }

  /**
   * The numbers as a data page has them: the bit width, then either one run of the only value or one bit-packed run,
   * which at width 8 is a byte for each, in groups of eight.
   */
  toBytes(): Buffer {
    if (this.size === 1) {
      const run = [1];
      pushVarint(run, this.#length * 2);
      return Buffer.from([...run, 0]);
    }
    const groups = Math.ceil(this.#length / 8);
    const head = [8];
    pushVarint(head, groups * 2 + 1);
    return Buffer.concat([Buffer.from(head), this.#rows.subarray(0, this.#length)], head.length + groups * 8);
  }

  #numberOf(value: string): number | undefined {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    if (this.#numbers.size === valuesMax || value.length > valueLengthMax) return undefined;
    this.#numbers.set(value, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
