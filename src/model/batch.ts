import type {TableName} from './names.ts';

/** Rows of one table, by column: each value is text that its column's cast accepts, or null. */
export interface Batch {
  readonly table: TableName;
  /** The names of the columns, those of the staging schema in its order. */
  readonly columns: readonly string[];
  /** values[column][row]. */
  readonly values: ReadonlyArray<ReadonlyArray<string | null>>;
  readonly rows: number;
}
