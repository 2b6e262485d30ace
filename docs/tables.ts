import {writeFileSync} from 'node:fs';
import type {Field} from 'apache-arrow';
import {resources} from '../src/catalogue/catalogue.ts';
import {commentOf, isPersonal, pathOf, sqlType} from '../src/model/column.ts';
import type {Child, Reading, Resource} from '../src/model/resource.ts';
import {rawSchema, type Table} from '../src/model/table.ts';

/** Where the page stands. */
export const tablesPageUrl = new URL('tables.md', import.meta.url);

/** The page of all tables and columns, as the catalogue has them. */
export function tablesPage(): string {
  return [
    '# Tables',
    'Written by `npm run docs` from the catalogue.',
    'Each resource that is synced has a table, and each array of objects in its records has one more, in the schema that',
    'the configuration names. Live rows are those with `_deleted_at IS NULL`.',
    '',
    '## What every table has',
    commonColumns(),
    '## Resources',
    'In the order of work. A *delta* reads what was modified since the last pass, a *list* reads everything each time and',
    'shows what is gone. `record_id` is the key, its parts joined by `/`; `company_id` stands before it.',
    '',
    overview(),
    ...resources.map(section),
  ].join('\n');
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const code = (text: string): string => `\`${text}\``;
const grid = (heads: readonly string[], rows: readonly string[]): string =>
  ['', row(...heads), row(...heads.map(() => '---')), ...rows, ''].join('\n');

function commonColumns(): string {
  const line = resources.flatMap(resource => resource.children)[0]?.table;
  const records = new Set(resources.flatMap(({table}) => rawSchema(table).fields.map(field => field.name)));
  const business = new Set(line?.schema.fields.map(field => field.name));
  const common = (line ? rawSchema(line).fields : []).filter(field => !business.has(field.name));
  const rows = common.map(field =>
    row(code(field.name), sqlType(field.type), `${commentOf(field)}${records.has(field.name) ? '' : ' (lines only)'}`),
  );
  return grid(['column', 'type', 'meaning'], rows);
}

function overview(): string {
  const rows = resources.map(resource =>
    row(
      `[${resource.name}](#${resource.name})`,
      resource.table.comment,
      readAs(resource),
      resource.key.map(path => code(columnAt(resource, path))).join(' '),
      resource.groups.join(', '),
    ),
  );
  return grid(['resource', 'what it is', 'read as', 'key', 'groups'], rows);
}

const slices = {
  ledger: 'ledger',
  budget: 'branch, budget ledger and year',
  'financial year': 'financial year',
} as const;

function readAs({reading, slicing}: Resource): string {
  return slicing === undefined ? kindOf(reading) : `${kindOf(reading)}, by ${slices[slicing]}`;
}

function kindOf(reading: Reading): string {
  if (reading.kind === 'delta') return reading.paging === 'lines' ? 'delta, pages of lines' : 'delta';
  return reading.each === undefined ? 'list' : 'list, then each record';
}

const columnAt = ({table}: Resource, path: string): string =>
  table.schema.fields.find(field => pathOf(field).join('.') === path)?.name ?? path;

const section = (resource: Resource): string =>
  [
    `## ${resource.name}`,
    `${resource.table.comment}. From ${code(resource.endpoint)}.`,
    columnsOf(resource.table, resource.stamp),
    ...resource.children.map(childSection),
  ].join('\n');

const childSection = (child: Child): string =>
  [
    `### ${child.table.name}`,
    `${child.table.comment}. From ${code(whereOf(child))}, ${keyOf(child)}.`,
    columnsOf(child.table),
  ].join('\n');

const whereOf = ({property, outer}: Child): string => (outer ? `${outer.property}[].${property}[]` : `${property}[]`);

const keyOf = ({number, outer}: Child): string => {
  const own = number === undefined ? 'their position' : code(number);
  return `told apart by ${outer ? `${code(outer.number)} and ${own}` : own}`;
};

function columnsOf({schema}: Table, stamp?: string): string {
  const own = schema.fields.map(field =>
    row(code(field.name), sqlType(field.type), code(sourceOf(field)), meaning(field)),
  );
  const stamped = row(
    code('last_modified_date_time'),
    'TIMESTAMP_NTZ',
    code(stamp ?? ''),
    "Visma's stamp of the record",
  );
  return grid(['column', 'type', 'from', 'meaning'], stamp === undefined ? own : [stamped, ...own]);
}

const sourceOf = (field: Field): string => pathOf(field).join('.');
const meaning = (field: Field): string => `${commentOf(field)}${isPersonal(field) ? ' · **personal**' : ''}`;

if (import.meta.main) writeFileSync(tablesPageUrl, tablesPage());
