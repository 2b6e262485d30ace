import type {Field} from 'apache-arrow';
import {type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {Batch} from '../model/batch.ts';
import {pathOf} from '../model/column.ts';
import {valueAt} from '../model/record-id.ts';
import {stagingSchema, type Table} from '../model/table.ts';
import {Content, type ObjectContent} from './content.ts';
import type {Faults} from './faults.ts';
import {type Judge, judgeOf} from './judge.ts';
import type {RowContext} from './reject.ts';

/** Objects that become rows of one table, with what we say of each ourselves. All lists are of one length. */
export interface Occurrences {
  readonly objects: readonly JsonObject[];
  readonly recordIds: readonly string[];
  readonly stamps: ReadonlyArray<string | null>;
  readonly places: readonly string[];
  /** Of lines only. */
  readonly parentIds?: readonly string[];
  readonly positions?: readonly string[];
}

export interface TableBatch {
  readonly batch: Batch;
  /** `_hash` of each row. */
  readonly hashes: readonly string[];
}

interface Column {
  readonly name: string;
  readonly read: (object: JsonObject) => Json | undefined;
  readonly judge: Judge;
}

type Values = Array<string | null>;

/** Makes rows of one table, by column. What depends on the table alone is worked out once. */
export class TableRows {
  readonly #table: Table;
  readonly #context: RowContext;
  readonly #names: readonly string[];
  readonly #business: readonly Column[];
  readonly #content: Content;

  /** @param withheld the properties whose arrays have a table of their own */
  constructor(table: Table, {context, withheld}: {context: RowContext; withheld: readonly string[]}) {
    this.#table = table;
    this.#context = context;
    this.#names = stagingSchema(table).fields.map(field => field.name);
    this.#business = table.schema.fields.map(columnOf);
    this.#content = new Content(withheld);
  }

  /** @param faults takes what does not fit, and may hold what was found before */
  of(occurrences: Occurrences, faults: Faults): TableBatch {
    const {objects} = occurrences;
    const contents = objects.map(object => this.#content.of(object));
    const columns = new Map<string, Values>(this.#said(occurrences));
    for (const column of this.#business) columns.set(column.name, judged(column, objects, faults));
    if (contents.some(mayHoldHalfPairs)) mendHalfPairs(columns, faults);
    const hashes = contents.map(content => content.hash);
    columns.set(
      '_record',
      contents.map(content => content.text),
    );
    columns.set('_hash', hashes);
    columns.set('_errors', faults.texts(objects.length));
    const values = this.#names.map(name => columns.get(name) ?? []);
    return {batch: {table: this.#table.name, columns: this.#names, values, rows: objects.length}, hashes};
  }

  #said(occurrences: Occurrences): Array<[string, Values]> {
    const {recordIds, parentIds = [], positions = [], stamps, places} = occurrences;
    const all = (value: string): Values => new Array<string>(recordIds.length).fill(value);
    return [
      ['company_id', all(this.#context.companyId)],
      ['record_id', [...recordIds]],
      ['parent_record_id', [...parentIds]],
      ['position', [...positions]],
      ['last_modified_date_time', [...stamps]],
      ['_load_id', all(this.#context.loadId)],
      ['_place', [...places]],
    ];
  }
}

function columnOf(field: Field): Column {
  const path = pathOf(field);
  if (path.length === 0) throw new TypeError(`column ${field.name} of the catalogue has no path`);
  return {name: field.name, read: readerOf(path), judge: judgeOf(field.type)};
}

/** Most values lie at the top or one object below. */
function readerOf(path: readonly string[]): Column['read'] {
  const [first = '', second = ''] = path;
  if (path.length === 1) return object => object[first];
  if (path.length > 2 || path.some(step => step.endsWith(']'))) return object => valueAt(object, path);
  return object => {
    const inner = object[first] as JsonObject | null | undefined;
    return typeof inner === 'object' && inner !== null ? inner[second] : undefined;
  };
}

function judged({name, read, judge}: Column, objects: readonly JsonObject[], faults: Faults): Values {
  const values = new Array<string | null>(objects.length).fill(null);
  faults.column = name;
  for (let row = 0; row < objects.length; row++) {
    const object = objects[row];
    const found = object && read(object);
    const value = typeof found === 'object' ? unwrapped(found) : found;
    if (value === undefined || value === null) continue;
    faults.row = row;
    values[row] = judge(value, faults.note);
  }
  return values;
}

/** JSON.stringify writes half of a surrogate pair as an escape; a cheap sign that there may be one. */
const mayHoldHalfPairs = (content: ObjectContent): boolean => content.text.includes('\\ud');

/** UTF-8 has no form for half of a surrogate pair: U+FFFD takes its place, and _record keeps it as an escape. */
function mendHalfPairs(columns: Map<string, Values>, faults: Faults): void {
  for (const [name, values] of columns) {
    for (const [row, value] of values.entries()) {
      if (value === null || value.isWellFormed()) continue;
      values[row] = value.toWellFormed();
      faults.row = row;
      faults.column = name;
      faults.note('half of a surrogate pair replaced');
    }
  }
}
