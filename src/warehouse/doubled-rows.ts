import type {Lease} from '../model/lease.ts';
import {type TableName, tableName} from '../model/names.ts';
import type {Table} from '../model/table.ts';
import {readColumns} from './held-columns.ts';
import {holderParameters} from './holder.ts';
import type {Places} from './places.ts';
import {numberOf, textOf} from './row-values.ts';
import type {Sender} from './sender.ts';
import {countDoubled, keepOne} from './sql/doubled-rows.ts';

/** Leaves one row of each key that somebody has written twice. Gives how many keys those were, by table. */
export async function keepOneOfEach(
  {tables, lease}: {readonly tables: readonly Table[]; readonly lease: Lease},
  {sender, places}: {readonly sender: Sender; readonly places: Places},
  signal?: AbortSignal,
): Promise<ReadonlyMap<TableName, number>> {
  const sql = countDoubled(tables.map(({name}) => ({table: name, raw: places.raw(name)})));
  const rows = await sender.send({sql, label: 'count doubled'}, signal);
  const found = new Map<TableName, number>();
  for (const row of rows) {
    const [table, doubled] = [tableName(textOf(row, 'table_name')), numberOf(row, 'doubled')];
    const raw = places.raw(table);
    const held = doubled > 0 ? await readColumns(sender, {name: raw, table}, signal) : undefined;
    if (!held) continue;
    const keeping = keepOne({raw, lease: places.control('lease'), columns: [...held.keys()]});
    const envelope = {label: 'keep one', table, parameters: holderParameters(lease), tags: {run: lease.owner}};
    await sender.send({...envelope, sql: keeping}, signal);
    found.set(table, doubled);
  }
  return found;
}
