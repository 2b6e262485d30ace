import zlib from 'node:zlib';
import {pageHeader} from './page-header.ts';

/** Numbers of the Parquet format. */
export const encodings = {plain: 0, dictionary: 2, rle: 3} as const;
/** Of a column chunk: all of its pages are compressed, or none. */
export type Codec = 'uncompressed' | 'zstd';
export const codecs = {uncompressed: 0, zstd: 6} as const satisfies Record<Codec, number>;

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

/** @param body definition levels, then values, copied; `rows` counts those without a value too */
export const dataPage = (body: Buffer, {rows, encoding, codec}: DataPageOptions): Page =>
  page(body, codec, {kind: 'data', numbers: [rows, encoding, encodings.rle, encodings.rle]});

export const dictionaryPage = (body: Buffer, {values, codec}: {values: number; codec: Codec}): Page =>
  page(body, codec, {kind: 'dictionary', numbers: [values, encodings.dictionary]});

const fastest = {[zlib.constants.ZSTD_c_compressionLevel]: 1};

/**
 * Compresses at once, on this thread: a page takes a millisecond or two, most take some microseconds, and handing it
 * to zlib's threads and back takes longer than that. Told the size, the compressor makes itself no larger than it.
 */
function page(
  body: Buffer,
  codec: Codec,
  {kind, numbers}: {kind: 'data' | 'dictionary'; numbers: readonly number[]},
): Page {
  const options = {params: fastest, pledgedSrcSize: body.length, chunkSize: (body.length >> 2) + 128};
  const compressed = codec === 'zstd' ? zlib.zstdCompressSync(body, options) : body;
  const header = pageHeader(kind, {raw: body.length, compressed: compressed.length}, numbers);
  return {bytes: Buffer.concat([Buffer.from(header), compressed]), rawBytes: header.length + body.length};
}
