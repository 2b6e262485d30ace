import {resources as catalogue} from '../../src/catalogue/catalogue.ts';
import {tablesOf} from '../../src/model/resource.ts';
import type {Table} from '../../src/model/table.ts';
import type {Site} from './site.ts';

/**
 * The tables in short: of each a digest over every cell of its live rows that comes from Visma. Where it is that of
 * tables which were held against Visma's own records row by row, these are as true as those.
 */
export async function pictureOf(site: Site): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
  const tables = catalogue.filter(({name}) => site.resources.includes(name)).flatMap(tablesOf);
  return site.query(tables.map(digestOf).join('\nUNION ALL\n'));
}

function digestOf({name, ofLines, schema}: Table): string {
  const columns = ['company_id', 'record_id', ...(ofLines ? ['parent_record_id', 'position'] : [])];
  columns.push('last_modified_date_time', ...schema.fields.map(field => field.name), '_record');
  const cells = columns.map(column => `COALESCE(CAST(\`${column}\` AS STRING), '~')`).join(', ');
  return `SELECT '${name}' AS name, COUNT(*) AS rows,
  md5(array_join(array_sort(collect_list(md5(concat_ws('|', ${cells})))), ',')) AS digest
FROM main.visma.${name} WHERE _deleted_at IS NULL`;
}
