import {pushVarint} from './page-header.ts';

/**
 * The definition levels of an optional column: 1 where there is a value, 0 where there is none. Kept as runs while
 * rows arrive, written as Parquet's RLE hybrid of bit width 1 does: for each run its length shifted left as a varint,
 * then the level.
 */
export class Levels {
  readonly #encoded: number[] = [];
  #level = 0;
  #run = 0;
  #count = 0;

  /** Rows, those without a value included. */
  get count(): number {
    return this.#count;
  }

  /** Takes so many rows of one level. */
  add(level: 0 | 1, rows: number): void {
    this.#count += rows;
    if (level !== this.#level) {
      this.#endRun();
      this.#level = level;
    }
    this.#run += rows;
  }

  /** The bytes as a data page begins with them, their length in four bytes in front. */
  toBytes(): Buffer {
    this.#endRun();
    const bytes = Buffer.allocUnsafe(4 + this.#encoded.length);
    bytes.writeUInt32LE(this.#encoded.length, 0);
    bytes.set(this.#encoded, 4);
    return bytes;
  }

  #endRun(): void {
    if (this.#run > 0) {
      pushVarint(this.#encoded, this.#run * 2);
      this.#encoded.push(this.#level);
    }
    this.#run = 0;
  }
}
