/**
 * The header in front of each page, as Thrift's compact protocol writes it: for each field a byte with the distance
 * from the field before it and its type, then the number, zigzag, in groups of seven bits. A file has thousands of
 * them, and the library makes a dozen objects of each.
 */

/** Field types of the compact protocol. */
const int32 = 5;
const struct = 12;

/** Field numbers of PageHeader, and the page types that go with its last field. */
const headers = {
  data: {field: 5, type: 0},
  dictionary: {field: 7, type: 2},
} as const;

export interface PageSizes {
  /** Bytes of the body before and after compression, the header not included. */
  readonly raw: number;
  readonly compressed: number;
}

/** @param numbers the fields of DataPageHeader or DictionaryPageHeader, in order and without a gap */
export function pageHeader(
  kind: keyof typeof headers,
  {raw, compressed}: PageSizes,
  numbers: readonly number[],
): readonly number[] {
  const {field, type} = headers[kind];
  const bytes: number[] = [];
  for (const number of [type, raw, compressed]) pushField(bytes, number);
  bytes.push(((field - 3) << 4) | struct);
  for (const number of numbers) pushField(bytes, number);
  bytes.push(0, 0);
  return bytes;
}

/** A number below 2^31 in the field that follows the one before it. */
function pushField(bytes: number[], number: number): void {
  bytes.push((1 << 4) | int32);
  pushVarint(bytes, number * 2);
}

/** An unsigned number below 2^32, in groups of seven bits, the lowest first. */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
}
