/** The house plan, as the design draws it. Read top to bottom; nothing imports downward. */

export interface Room {
  /** The rooms that it may import. */
  readonly imports: readonly string[];
  /** The npm packages that it may import, which no room without them in its row may. */
  readonly guests?: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
  base: {imports: []},
  model: {imports: ['base'], guests: ['apache-arrow']},
  catalogue: {imports: ['model'], guests: ['apache-arrow']},
  config: {imports: ['base', 'model', 'catalogue'], guests: ['zod', 'yaml']},
  visma: {imports: ['base', 'model'], guests: ['got', 'zod']},
  databricks: {imports: ['base', 'model'], guests: ['got', '@databricks/sdk-experimental', '@databricks/sql']},
  rows: {imports: ['base', 'model'], guests: ['apache-arrow']},
  parquet: {imports: ['base', 'model'], guests: ['parquetjs-lite', 'apache-arrow']},
  landing: {imports: ['base', 'model']},
  warehouse: {imports: ['base', 'model'], guests: ['apache-arrow']},
  ledger: {imports: ['base', 'model'], guests: ['apache-arrow']},
  certificate: {imports: ['base', 'model'], guests: ['zod']},
  lineage: {imports: ['base', 'model']},
  webhooks: {imports: ['base', 'model']},
  sync: {imports: ['base', 'model', 'rows', 'parquet']},
  local: {imports: ['base'], guests: ['@duckdb/node-api', 'apache-arrow', '@databricks/sql', 'thrift']},
  app: {
    imports: [
      ...['base', 'model', 'catalogue', 'config', 'visma', 'databricks', 'rows', 'parquet', 'landing', 'warehouse'],
      ...['ledger', 'certificate', 'lineage', 'webhooks', 'sync', 'local'],
    ],
  },
  cli: {imports: ['base', 'model', 'config', 'app', 'webhooks'], guests: ['commander', 'cli-progress', 'cli-table3']},
  main: {imports: ['cli']},
};

/** Rooms that anyone allowed in may walk through freely; every other room has one door. */
export const openRooms: readonly string[] = ['base', 'model'];

/** The doors of a room: the file that bears its name, in the folder or, where it is one file, beside the folders. */
export const doorsOf = (room: string): readonly string[] => [`${room}/${room}.ts`, `${room}.ts`];

/** Rooms that take an apache-arrow column as a description (Schema, Field, DataType) and never as a vector. */
export const schemaOnlyRooms: readonly string[] = ['model', 'catalogue', 'parquet', 'warehouse', 'ledger'];
export const arrowMachinery = /Vector|RecordBatch|Builder|Table\b|Writer|Reader|^table|^make|IPC|Message/;

/** What local may take from the driver: its Thrift definitions. */
export const driverNamesInLocal: readonly string[] = ['thrift'];

/** The one file outside src that a file of src reads: the version stands there. */
export const metadata = '../package.json';
