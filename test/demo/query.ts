import Table from 'cli-table3';
import {openTables} from './tables.ts';

/** Runs one query on the tables that the demo left: `node test/demo/query.ts "SELECT …"`. */
const [sql = 'SHOW ALL TABLES', folder = '.demo/workspace'] = process.argv.slice(2);
const tables = await openTables(folder);
const rows = await tables.query(sql);
const table = new Table({head: Object.keys(rows[0] ?? {}), style: {head: [], border: []}});
for (const row of rows) table.push(Object.values(row).map(value => String(value ?? '')));
process.stdout.write(`${table.toString()}\n`);
tables.close();
