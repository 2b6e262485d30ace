import {ColumnChunk, ColumnMetaData, RowGroup} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import type {ParquetEnvelopeWriter} from 'parquetjs-lite/lib/writer.js';
import type {ColumnChunkPages} from './column-buffer.ts';
import {type Codec, codecs, encodings, type Page} from './page.ts';

const byteArray = 6;

/** Rows whose pages are complete. */
export interface PendingRowGroup {
  readonly rows: number;
  /** One for each column, in order. */
  readonly chunks: readonly ColumnChunkPages[];
}

/** Writes the chunks of a row group one behind the other, and notes in the file where each begins. */
export function writeRowGroup(file: ParquetEnvelopeWriter, group: PendingRowGroup, columns: readonly string[]): void {
  const written: ColumnChunk[] = [];
  let bytes = 0;
  for (const [index, pages] of group.chunks.entries()) {
    const {dictionary, data} = pages;
    const chunk = chunkOf({
      column: columns[index] ?? '',
      rows: group.rows,
      offset: file.offset,
      codec: pages.codec,
      dictionary,
      data,
    });
    for (const page of dictionary ? [dictionary, ...data] : data) {
      bytes += page.rawBytes;
      file.writeSection(page.bytes);
    }
    written.push(chunk);
  }
  file.rowGroups.push(new RowGroup({columns: written, total_byte_size: bytes, num_rows: group.rows}));
  file.rowCount += group.rows;
}

interface WrittenChunk {
  readonly column: string;
  readonly rows: number;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly codec: Codec;
  readonly dictionary: Page | undefined;
  readonly data: readonly Page[];
}

function chunkOf({column, rows, offset, codec, dictionary, data}: WrittenChunk): ColumnChunk {
  const pages = dictionary ? [dictionary, ...data] : data;
  const meta = new ColumnMetaData({
    type: byteArray,
    encodings: [encodings.rle, dictionary ? encodings.dictionary : encodings.plain],
    path_in_schema: [column],
    codec: codecs[codec],
    num_values: rows,
    total_uncompressed_size: pages.reduce((sum, page) => sum + page.rawBytes, 0),
    total_compressed_size: pages.reduce((sum, page) => sum + page.bytes.length, 0),
    data_page_offset: offset + (dictionary?.bytes.length ?? 0),
    ...(dictionary && {dictionary_page_offset: offset}),
  });
  return new ColumnChunk({file_offset: offset, meta_data: meta});
}
