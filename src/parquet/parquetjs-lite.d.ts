// What this room uses of parquetjs-lite, which brings no declarations of its own.

declare module 'parquetjs-lite/lib/schema.js' {
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, {readonly type: 'UTF8'; readonly optional: true}>>);
  }
}

declare module 'parquetjs-lite/lib/writer.js' {
  import type {RowGroup} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
  import type {ParquetSchema} from 'parquetjs-lite/lib/schema.js';

  /** Writes the sections of a file in the order in which they are asked for. */
  export class ParquetEnvelopeWriter {
    constructor(
      schema: ParquetSchema,
      write: (bytes: Buffer) => void,
      close: () => void,
      offset: number,
      options: {readonly pageIndex: boolean},
    );
    /** Where the next section will begin. */
    readonly offset: number;
    rowCount: number;
    readonly rowGroups: RowGroup[];
    writeHeader(): void;
    writeSection(bytes: Buffer): void;
    writeFooter(metadata: Readonly<Record<string, string>>): void;
  }
}

declare module 'parquetjs-lite/gen-nodejs/parquet_types.js' {
  interface ColumnFields {
    readonly type: number;
    readonly encodings: readonly number[];
    readonly path_in_schema: readonly string[];
    readonly codec: number;
    readonly num_values: number;
    readonly total_uncompressed_size: number;
    readonly total_compressed_size: number;
    readonly data_page_offset: number;
    readonly dictionary_page_offset?: number;
  }

  export class ColumnMetaData {
    constructor(fields: ColumnFields);
  }
  export class ColumnChunk {
    constructor(fields: {readonly file_offset: number; readonly meta_data: ColumnMetaData});
  }
  export class RowGroup {
    constructor(fields: {
      readonly columns: readonly ColumnChunk[];
      readonly total_byte_size: number;
      readonly num_rows: number;
    });
  }
}
