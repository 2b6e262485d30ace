import {Dictionary} from './dictionary.ts';
import {Levels} from './levels.ts';
import {type Codec, dataPage, dictionaryPage, encodings, type Page} from './page.ts';
import {TextBuffer} from './text-buffer.ts';

/** A page is cut when its values reach this size; one value may be larger. */
const pageBytesMax = 1 << 18;

/** A chunk that ends below this is not compressed: setting up a compressor costs more than it would save. */
const compressedBytesMin = 1 << 11;

/** One column's pages within a row group. */
export interface ColumnChunkPages {
  readonly codec: Codec;
  readonly dictionary: Page | undefined;
  readonly data: readonly Page[];
}

/** Bytes of pages that have been cut, compressed. */
export interface HeldPages {
  bytes: number;
}

/**
 * Values of one column on their way into pages. A chunk has a dictionary, or none at all: it begins with one, and
 * spills it into plain values where the column turns out to be varied.
 */
export class ColumnBuffer {
  #levels = new Levels();
  readonly #values = new TextBuffer();
  #dictionary: Dictionary | undefined = new Dictionary();
  /** Once found too varied, a column is not tried again. */
  #varied = false;
  #pages: Page[] = [];

  /** Bytes that are not in a page yet. */
  get openBytes(): number {
    return this.#values.length + (this.#dictionary?.length ?? 0);
  }

  /** Takes the values of some rows, from one row up to another. */
  add(values: ReadonlyArray<string | null>, {from, to, held}: {from: number; to: number; held: HeldPages}): void {
    for (let row = from; row < to; ) {
      const first = row;
      while (row < to && (values[row] ?? null) === null) row++;
      if (row > first) this.#levels.add(0, row - first);
      row = this.#addPresent(values, {from: row, to, held});
    }
  }

  /** Takes values up to the next that is none; gives the row of that one. */
  #addPresent(
    values: ReadonlyArray<string | null>,
    {from, to, held}: {from: number; to: number; held: HeldPages},
  ): number {
    let told = from;
    let row = from;
    for (; row < to; row++) {
      const value = values[row] ?? null;
      if (value === null) break;
      if (this.#dictionary?.add(value)) continue;
      if (this.#dictionary) {
        this.#varied = true;
        this.#spill(this.#dictionary);
      }
      this.#values.put(value);
      if (this.#values.length < pageBytesMax) continue;
      this.#levels.add(1, row + 1 - told);
      told = row + 1;
      this.#cut(held);
    }
    if (row > told) this.#levels.add(1, row - told);
    return row;
  }

  /** Ends the chunk; the next one begins empty. */
  close(held: HeldPages): ColumnChunkPages {
    const dictionary = this.#dictionary;
    const codec = this.#pages.length === 0 && this.openBytes < compressedBytesMin ? 'uncompressed' : 'zstd';
    // Where hardly a value comes twice, the dictionary would be one more copy.
    if (dictionary && dictionary.length < dictionary.size * 2) this.#spill(dictionary);
    const values = this.#dictionary?.size ? this.#closeDictionary(this.#dictionary, {held, codec}) : undefined;
    if (!values && (this.#levels.count > 0 || this.#pages.length === 0)) this.#cut(held, codec);
    const data = this.#pages;
    this.#pages = [];
    this.#dictionary = this.#varied ? undefined : new Dictionary();
    return {codec, dictionary: values, data};
  }

  /** Gives its room back until there are rows again. Nothing may be open. */
  release(): void {
    this.#values.release();
  }

  #spill(dictionary: Dictionary): void {
    this.#dictionary = undefined;
    for (const value of dictionary.rowValues()) this.#values.put(value);
  }

  #closeDictionary(dictionary: Dictionary, {held, codec}: {held: HeldPages; codec: Codec}): Page {
    const rows = this.#levels.count;
    const body = Buffer.concat([this.#levels.toBytes(), dictionary.toBytes()]);
    this.#levels = new Levels();
    this.#pages.push(hold(dataPage(body, {rows, encoding: encodings.dictionary, codec}), held));
    for (const value of dictionary.values()) this.#values.put(value);
    const values = this.#values.takeBehind(Buffer.alloc(0));
    return hold(dictionaryPage(values, {values: dictionary.size, codec}), held);
  }

  #cut(held: HeldPages, codec: Codec = 'zstd'): void {
    const rows = this.#levels.count;
    const body = this.#values.takeBehind(this.#levels.toBytes());
    this.#levels = new Levels();
    this.#pages.push(hold(dataPage(body, {rows, encoding: encodings.plain, codec}), held));
  }
}

/** Counts a page from now on. */
function hold(page: Page, held: HeldPages): Page {
  held.bytes += page.bytes.length;
  return page;
}
