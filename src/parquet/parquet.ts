/**
 * Rows by column become the bytes of Parquet files: every column optional UTF-8 text, pages compressed with ZSTD
 * while rows still arrive. Schema, header and footer are parquetjs-lite's; the pages are made here, because the library
 * makes two objects of every value. What is written reads back exactly, but for halves of surrogate
 * pairs, which UTF-8 has no form for. This room knows no types, judges nothing, and writes to no disk.
 */
import {ParquetSchema} from 'parquetjs-lite/lib/schema.js';
import {ParquetEnvelopeWriter} from 'parquetjs-lite/lib/writer.js';
import {SyncError} from '../base/errors.ts';
import {release} from '../base/release.ts';
import type {Batch} from '../model/batch.ts';
import {stagedAs} from '../model/column.ts';
import {ColumnBuffer, type HeldPages} from './column-buffer.ts';
import {type PendingRowGroup, writeRowGroup} from './row-group.ts';

const rowGroupRowsMax = 1 << 17;
/** Uncompressed, so that a reader need not hold much more than this. */
const rowGroupBytesMax = 1 << 27;
/** How many rows are taken before sizes are looked at. */
const strideRows = 1 << 12;
/** A file beyond this is a mistake of the caller: formats and readers count bytes in 31 bits. */
const partBytesMax = 2 ** 30;

/** Collects rows of one table until they are a file. */
export class PartWriter {
  readonly #columns: readonly string[];
  readonly #schema: ParquetSchema;
  readonly #buffers: readonly ColumnBuffer[];
  #pages: HeldPages = {bytes: 0};
  #groups: PendingRowGroup[] = [];
  #rows = 0;
  #groupRows = 0;
  #groupBytes = 0;

  /** @param columns the names of the columns, in the order of the batches to come */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
    this.#schema = new ParquetSchema(Object.fromEntries(columns.map(name => [name, {type: stagedAs, optional: true}])));
    this.#buffers = columns.map(() => new ColumnBuffer());
  }

  /** Rows since the last file. */
  get rows(): number {
    return this.#rows;
  }

  /** Memory that the rows take: what is not compressed yet as it is, the rest compressed. */
  get heldBytes(): number {
    return this.#buffers.reduce((sum, buffer) => sum + buffer.openBytes, this.#pages.bytes);
  }

  /** Takes rows. Throws `defect` for other columns than the writer's, or where `finish` is long overdue. */
  add(batch: Batch): void {
    if (batch.columns.length !== this.#columns.length || batch.columns.some((name, at) => name !== this.#columns[at])) {
      throw new SyncError('defect', `rows of ${batch.table} have other columns than its file`, {
        facts: {table: batch.table, columns: batch.columns.length, expected: this.#columns.length},
      });
    }
    for (let from = 0; from < batch.rows; ) {
      const to = Math.min(batch.rows, from + strideRows, from + rowGroupRowsMax - this.#groupRows);
      this.#take(batch, from, to);
      from = to;
    }
    if (this.heldBytes <= partBytesMax) return;
    throw new SyncError('defect', `a part of ${batch.table} has grown too large`, {
      facts: {table: batch.table, bytes: this.heldBytes, rows: this.#rows},
    });
  }

  /** The file with all rows so far, none included; the writer is empty at once, ready for the next. */
  finish(): Uint8Array {
    if (this.#groupRows > 0) this.#closeGroup();
    for (const buffer of this.#buffers) buffer.release();
    const groups = this.#groups;
    this.#groups = [];
    this.#pages = {bytes: 0};
    this.#rows = 0;
    const sections: Buffer[] = [];
    const write = (bytes: Buffer): void => void sections.push(bytes);
    const file = new ParquetEnvelopeWriter(this.#schema, write, () => undefined, 0, {pageIndex: false});
    file.writeHeader();
    for (const group of groups) writeRowGroup(file, group, this.#columns);
    file.writeFooter({});
    return joined(sections);
  }

  #take(batch: Batch, from: number, to: number): void {
    const before = this.heldBytes;
    for (const [index, buffer] of this.#buffers.entries()) {
      buffer.add(batch.values[index] ?? [], {from, to, held: this.#pages});
    }
    this.#rows += to - from;
    this.#groupRows += to - from;
    this.#groupBytes += this.heldBytes - before;
    if (this.#groupRows >= rowGroupRowsMax || this.#groupBytes >= rowGroupBytesMax) this.#closeGroup();
  }

  #closeGroup(): void {
    const chunks = this.#buffers.map(buffer => buffer.close(this.#pages));
    this.#groups.push({rows: this.#groupRows, chunks});
    this.#groupRows = 0;
    this.#groupBytes = 0;
  }
}

/** In one piece; each section's own memory goes back as soon as it was copied, for a file may be a large one. */
function joined(sections: readonly Buffer[]): Buffer {
  const file = Buffer.allocUnsafe(sections.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const section of sections) {
    file.set(section, at);
    at += section.length;
    release(section);
  }
  return file;
}
