import type {HeldCount} from '../model/certificate.ts';
import type {RunId} from '../model/names.ts';
import type {StatementRow} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import type {Table} from '../model/table.ts';
import type {Places} from './places.ts';
import {has, numberOf, textOf} from './row-values.ts';
import {isAbsent, type Sender} from './sender.ts';
import {countHeld as countHeldSql} from './sql/count-held.ts';

interface Doors {
  readonly sender: Sender;
  readonly places: Places;
}

/** One statement while all tables are there; where one is not, each is asked for by itself. */
export async function countHeld(
  {resources, runId}: {readonly resources: readonly Resource[]; readonly runId: RunId},
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly HeldCount[]> {
  const tables = resources.flatMap(tablesOf);
  if (tables.length === 0) return [];
  try {
    return await countsOf(tables, {...doors, runId}, signal);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
  }
  const counts: HeldCount[] = [];
  for (const table of tables) {
    try {
      counts.push(...(await countsOf([table], {...doors, runId}, signal)));
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
  }
  return counts;
}

async function countsOf(
  tables: readonly Table[],
  {sender, places, runId}: Doors & {readonly runId: RunId},
  signal?: AbortSignal,
): Promise<readonly HeldCount[]> {
  const held = tables.map(table => ({
    label: table.name,
    name: places.raw(table.name),
    isOfJournals: ['debit_amount', 'credit_amount'].every(name => table.schema.fields.some(each => each.name === name)),
  }));
  const sql = countHeldSql(places.control('load'), held);
  const rows = await sender.send({sql, label: 'count', parameters: {run_id: runId}, tags: {run: runId}}, signal);
  return rows.map(countIn);
}

const countIn = (row: StatementRow): HeldCount => ({
  company: textOf(row, 'company_id'),
  table: textOf(row, 'table_name'),
  live: numberOf(row, 'live'),
  marked: numberOf(row, 'marked'),
  written: numberOf(row, 'written'),
  ...(has(row, 'debit') && {debit: textOf(row, 'debit')}),
  ...(has(row, 'credit') && {credit: textOf(row, 'credit')}),
});
