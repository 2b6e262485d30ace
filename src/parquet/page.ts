import {promisify} from 'node:util';
import zlib from 'node:zlib';
import {DataPageHeader, DictionaryPageHeader, PageHeader} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import {serializeThrift} from 'parquetjs-lite/lib/util.js';

/** Numbers of the Parquet format. */
export const encodings = {plain: 0, dictionary: 2, rle: 3} as const;
export const zstd = 6;
const pageTypes = {data: 0, dictionary: 2} as const;

/** A page as it stands in the file: its header, then its compressed body. */
export interface Page {
  readonly bytes: Buffer;
  /** What it would take uncompressed, header included. */
  readonly rawBytes: number;
}

/** @param body definition levels, then values; `rows` counts those without a value too */
export function dataPage(body: Buffer, {rows, encoding}: {rows: number; encoding: number}): Promise<Page> {
  const header = new DataPageHeader({
    num_values: rows,
    encoding,
    definition_level_encoding: encodings.rle,
    repetition_level_encoding: encodings.rle,
  });
  return page(body, {type: pageTypes.data, data_page_header: header});
}

export function dictionaryPage(body: Buffer, values: number): Promise<Page> {
  const header = new DictionaryPageHeader({num_values: values, encoding: encodings.dictionary});
  return page(body, {type: pageTypes.dictionary, dictionary_page_header: header});
}

type Kind =
  | {readonly type: number; readonly data_page_header: DataPageHeader}
  | {readonly type: number; readonly dictionary_page_header: DictionaryPageHeader};

const compress = promisify(zlib.zstdCompress);
const fastest = {[zlib.constants.ZSTD_c_compressionLevel]: 1};
/** Room for the compressed bytes in one piece, where that is not too much. */
const chunkBytesMax = 1 << 18;

async function page(body: Buffer, kind: Kind): Promise<Page> {
  const chunkSize = Math.min(body.length + 128, chunkBytesMax);
  const compressed = await compress(body, {params: fastest, chunkSize});
  const header = serializeThrift(
    new PageHeader({...kind, uncompressed_page_size: body.length, compressed_page_size: compressed.length}),
  );
  return {bytes: Buffer.concat([header, compressed]), rawBytes: header.length + body.length};
}
