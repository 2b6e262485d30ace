import {promisify} from 'node:util';
import zlib from 'node:zlib';
import {DataPageHeader, DictionaryPageHeader, PageHeader} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import {serializeThrift} from 'parquetjs-lite/lib/util.js';

/** Numbers of the Parquet format. */
export const encodings = {plain: 0, dictionary: 2, rle: 3} as const;
/** Of a column chunk: all of its pages are compressed, or none. */
export type Codec = 'uncompressed' | 'zstd';
export const codecs = {uncompressed: 0, zstd: 6} as const satisfies Record<Codec, number>;
const pageTypes = {data: 0, dictionary: 2} as const;

/** A page as it stands in the file: its header, then its compressed body. */
export interface Page {
  readonly bytes: Buffer;
  /** What it would take uncompressed, header included. */
  readonly rawBytes: number;
}

export interface DataPageOptions {
  readonly rows: number;
  readonly encoding: number;
  readonly codec: Codec;
}

/** @param body definition levels, then values; `rows` counts those without a value too */
export function dataPage(body: Buffer, {rows, encoding, codec}: DataPageOptions): Promise<Page> {
  const header = new DataPageHeader({
    num_values: rows,
    encoding,
    definition_level_encoding: encodings.rle,
    repetition_level_encoding: encodings.rle,
  });
  return page(body, codec, {type: pageTypes.data, data_page_header: header});
}

export function dictionaryPage(body: Buffer, {values, codec}: {values: number; codec: Codec}): Promise<Page> {
  const header = new DictionaryPageHeader({num_values: values, encoding: encodings.dictionary});
  return page(body, codec, {type: pageTypes.dictionary, dictionary_page_header: header});
}

type Kind =
  | {readonly type: number; readonly data_page_header: DataPageHeader}
  | {readonly type: number; readonly dictionary_page_header: DictionaryPageHeader};

const compress = promisify(zlib.zstdCompress);
const fastest = {[zlib.constants.ZSTD_c_compressionLevel]: 1};
/** Room for the compressed bytes in one piece, where that is not too much. */
const chunkBytesMax = 1 << 18;

async function page(body: Buffer, codec: Codec, kind: Kind): Promise<Page> {
  const chunkSize = Math.min(body.length + 128, chunkBytesMax);
  const compressed = codec === 'zstd' ? await compress(body, {params: fastest, chunkSize}) : body;
  const header = serializeThrift(
    new PageHeader({...kind, uncompressed_page_size: body.length, compressed_page_size: compressed.length}),
  );
  return {bytes: Buffer.concat([header, compressed]), rawBytes: header.length + body.length};
}
