import assert from 'node:assert/strict';
import type {Field} from 'apache-arrow';
import {resources} from '../../src/catalogue/catalogue.ts';
import {pathOf, sqlType} from '../../src/model/column.ts';
import type {Child, Resource} from '../../src/model/resource.ts';
import type {Table} from '../../src/model/table.ts';
import {at, type Entity, isEntity, isExact, type Json} from '../sim/visma/exact.ts';
import {linesOf, part, splitFrom, valueAt} from './expected-lines.ts';
import {type Veiling, veiled} from './veil.ts';

/*
 * The tables against the simulator's own records: row by row and cent by cent. What is expected is computed here, from
 * the records, by other code than the product's; only the names of columns, their paths and types are the catalogue's.
 */

/** Runs a query on the tables and gives every cell as text. */
export type Query = (sql: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;

export interface Books {
  readonly company: string;
  /** Current records by the list's path. */
  readonly records: (path: string) => readonly Entity[];
  /** Records that are no longer there, by the list's path. */
  readonly deleted: (path: string) => readonly Entity[];
}

type Row = Readonly<Record<string, string | null>>;

/**
 * A re-stamp is no change and rewrites nothing, so that a row keeps the stamps of the content that stands in it:
 * they are compared only where nothing was re-stamped.
 */
export interface TruthOptions extends Veiling {
  readonly resources?: readonly string[];
  readonly stampsToo?: boolean;
  /** Whether what is gone has to be marked in every table, as after two sweeps. */
  readonly marked?: boolean;
}

const stamps: ReadonlySet<string> = new Set(['lastModifiedDateTime', 'lastModified', 'timeStamp', 'errorInfo']);
const stampColumns = /(?:^|_)(?:last_modified(?:_date_time)?|time_stamp|error_info)$/;

/** Fails at the first table whose live rows are not the books' records. Gives how many rows were compared. */
export async function assertTruth(query: Query, books: readonly Books[], options: TruthOptions = {}): Promise<number> {
  let compared = 0;
  for (const resource of resources) {
    if (options.resources && !options.resources.includes(resource.name)) continue;
    compared += await assertResource(query, resource, {books, options});
  }
  return compared;
}

interface Expected {
  readonly books: readonly Books[];
  readonly options: TruthOptions;
}

async function assertResource(query: Query, resource: Resource, {books, options}: Expected): Promise<number> {
  const {stampsToo = false, marked = false} = options;
  const marksGone = marked || resource.reading.kind === 'snapshot';
  const expected = books.flatMap(each =>
    each.records(resource.endpoint).map(record => ({company: each.company, record: veiled(record, resource, options)})),
  );
  const gone = new Set(
    marksGone
      ? []
      : books.flatMap(each =>
          each.deleted(resource.endpoint).map(record => `${each.company}\n${idOf(record, resource)}`),
        ),
  );
  const own = expected.map(({company, record}) => ownRow({company, record}, resource));
  let compared = await assertTable(query, resource.table, {rows: own, gone, stampsToo});
  for (const child of resource.children) {
    const rows = expected.flatMap(({company, record}) => lineRows({company, record}, resource, child));
    compared += await assertTable(query, child.table, {rows, gone, stampsToo});
  }
  return compared;
}

async function assertTable(
  query: Query,
  table: Table,
  {rows, gone, stampsToo}: {rows: readonly Row[]; gone: ReadonlySet<string>; stampsToo: boolean},
): Promise<number> {
  const columns = ['company_id', 'record_id', ...(table.ofLines ? ['parent_record_id', 'position'] : [])];
  columns.push('last_modified_date_time', ...table.schema.fields.map(field => field.name), '_record');
  const cells = columns.map(name => `CAST(\`${name}\` AS STRING) AS \`${name}\``).join(', ');
  const held = (await query(
    `SELECT ${cells} FROM main.visma.${table.name} WHERE _deleted_at IS NULL`,
  )) as readonly Row[];
  const found = new Map<string, Row>();
  for (const row of held) {
    const key = `${row['company_id']}\n${row['record_id']}`;
    assert.ok(!found.has(key), `${table.name}: a row stands twice: ${key}`);
    found.set(key, row);
  }
  for (const row of rows) {
    const key = `${row['company_id']}\n${row['record_id']}`;
    const actual = found.get(key);
    assert.ok(actual, `${table.name}: a row is missing: ${key}`);
    found.delete(key);
    assertRow(row, actual, {table, key, stampsToo});
  }
  const parents = [...found].filter(
    ([key, row]) => !gone.has(table.ofLines ? `${row['company_id']}\n${row['parent_record_id']}` : key),
  );
  assert.deepEqual(
    parents.map(([key]) => key),
    [],
    `${table.name}: rows that Visma does not have`,
  );
  return rows.length;
}

interface RowPlace {
  readonly table: Table;
  readonly key: string;
  readonly stampsToo: boolean;
}

function assertRow(expected: Row, actual: Row, {table, key, stampsToo}: RowPlace): void {
  for (const [name, value] of Object.entries(expected)) {
    const found = actual[name] ?? null;
    if (!stampsToo && stampColumns.test(name)) continue;
    if (name === '_record') {
      assert.deepEqual(canonical(found, stampsToo), canonical(value, stampsToo), `${table.name}._record of ${key}`);
    } else {
      const type = typeOf(table, name);
      assert.equal(found === null ? null : asPlain(found, type), value, `${table.name}.${name} of ${key}`);
    }
  }
}

function typeOf(table: Table, name: string): string {
  const field = table.schema.fields.find(each => each.name === name);
  if (field) return sqlType(field.type);
  return name === 'last_modified_date_time' ? 'TIMESTAMP_NTZ' : 'STRING';
}

/** What the engine prints, in the form of what is expected. */
function asPlain(text: string, type: string): string {
  if (type.startsWith('DECIMAL')) return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  if (type === 'TIMESTAMP_NTZ')
    return text
      .replace(' ', 'T')
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  return text;
}

export const idOf = (record: Entity, {key}: Pick<Resource, 'key'>): string =>
  key.map(path => part(at(record, path))).join('/');

const askedFor = ['asked'];

type Held = {readonly company: string; readonly record: Entity};

function ownRow({company, record}: Held, resource: Resource): Row {
  const split = splitFrom(resource.children, undefined);
  return {
    company_id: company,
    record_id: idOf(record, resource),
    last_modified_date_time: resource.stamp === undefined ? null : localTime(record[resource.stamp]),
    ...businessCells(record, resource.table.schema.fields),
    // What a list was asked for has a column of its own, and is no part of what Visma sent.
    _record: JSON.stringify(stripped(record, new Set([...split, ...askedFor]))),
  };
}

function lineRows({company, record}: Held, resource: Resource, child: Child): readonly Row[] {
  const split = splitFrom(resource.children, child);
  const parent = idOf(record, resource);
  return linesOf(record, child).map(({id, position, line}) => ({
    company_id: company,
    record_id: `${parent}/${id}`,
    parent_record_id: parent,
    position: String(position),
    last_modified_date_time: resource.stamp === undefined ? null : localTime(record[resource.stamp]),
    ...businessCells(line, child.table.schema.fields),
    _record: JSON.stringify(stripped(line, split)),
  }));
}

const businessCells = (entity: Entity, fields: readonly Field[]): Row =>
  Object.fromEntries(fields.map(field => [field.name, cell(valueAt(entity, pathOf(field)), sqlType(field.type))]));

function cell(value: Json | undefined, type: string): string | null {
  if (value === undefined || value === null) return null;
  const text = isExact(value) ? value.rawJSON : typeof value === 'string' ? value : JSON.stringify(value);
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return decimalText(text, {precision: Number(decimal[1]), scale: Number(decimal[2])});
  if (type === 'BIGINT' || type === 'INT') return wholeText(text);
  if (type === 'DATE') return localTime(value)?.slice(0, 10) ?? null;
  if (type === 'TIMESTAMP_NTZ') return localTime(value);
  return text;
}

/** By whole numbers: a value times 10^scale, the half rounded away from zero. */
function decimalText(text: string, {precision, scale}: {precision: number; scale: number}): string | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = scale + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : (digits * 2n + divisor) / (divisor * 2n);
  if (scaled.toString().length > precision) return null;
  const padded = scaled.toString().padStart(scale + 1, '0');
  const plain = `${padded.slice(0, -scale)}.${padded.slice(-scale)}`.replace(/0+$/, '').replace(/\.$/, '');
  return plain === '0' ? '0' : `${sign}${plain}`;
}

function wholeText(text: string): string | null {
  const plain = decimalText(text, {precision: 38, scale: 10});
  return plain !== null && /^-?\d{1,19}$/.test(plain) ? plain : null;
}

function localTime(value: Json | undefined): string | null {
  const match =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?)?/.exec(value) : null;
  if (!match) return null;
  const [, day = '', time = '00:00:00', fraction = ''] = match;
  const kept = fraction.slice(0, 6).replace(/0+$/, '');
  return `${day}T${time}${kept === '' ? '' : `.${kept}`}`;
}

/** Without metadata, and without the arrays that have tables. */
function stripped(entity: Entity, split: ReadonlySet<string>): Json {
  return Object.fromEntries(
    Object.entries(entity)
      .filter(([name]) => name !== 'metadata' && !split.has(name))
      .map(([name, value]) => [name, withoutMetadata(value ?? null)]),
  ) as Entity;
}

function withoutMetadata(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutMetadata);
  return isEntity(value) ? stripped(value, new Set()) : value;
}

/** A JSON text as plain data in which numbers are their value's own text: `1234.7700` and `1234.77` are one. */
function canonical(text: string | null, stampsToo: boolean): unknown {
  const parse = JSON.parse as (
    text: string,
    reviver: (name: string, value: unknown, context: {source?: string}) => unknown,
  ) => unknown;
  return parse(text ?? 'null', (name, value, {source}) => {
    if (!stampsToo && stamps.has(name)) return undefined;
    return typeof value === 'number' && source !== undefined ? `number ${numberValue(source)}` : value;
  });
}

function numberValue(source: string): string {
  const [mantissa = '', exponent = '0'] = source.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${mantissa.startsWith('-') ? '-' : ''}${significant}e${power}`;
}
