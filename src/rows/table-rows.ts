import type {JsonObject} from '../base/exact-json.ts';
import type {Batch} from '../model/batch.ts';
import {askedProperty} from '../model/resource.ts';
import {absentName, stagingSchema, type Table} from '../model/table.ts';
import {Columns, type Values} from './columns.ts';
import {Content, type ObjectContent} from './content.ts';
import type {Faults} from './faults.ts';
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
  /** Of records only: of each row the arrays that did not arrive. */
  readonly absent?: ReadonlyArray<string | null>;
}

export interface TableBatch {
  readonly batch: Batch;
  /** `_hash` of each row. */
  readonly hashes: readonly string[];
}

/** Makes rows of one table, by column. What depends on the table alone is worked out once. */
export class TableRows {
  readonly #table: Table;
  readonly #context: RowContext;
  readonly #names: readonly string[];
  readonly #business: Columns;
  readonly #content: Content;

  /** @param withheld the properties whose arrays have a table of their own */
  constructor(table: Table, {context, withheld}: {context: RowContext; withheld: readonly string[]}) {
    this.#table = table;
    this.#context = context;
    this.#names = stagingSchema(table).fields.map(field => field.name);
    this.#business = new Columns(table.schema.fields);
    const isSliced = context.resource.slicing !== undefined && !table.ofLines;
    this.#content = new Content(withheld, isSliced ? [askedProperty] : []);
  }

  /** @param faults takes what does not fit, and may hold what was found before */
  of(occurrences: Occurrences, faults: Faults): TableBatch {
    const {objects} = occurrences;
    const business = this.#business.listsFor(objects.length);
    const texts: string[] = [];
    const hashes: string[] = [];
    let halves = false;
    for (const [row, object] of objects.entries()) {
      const content = this.#content.of(object);
      texts.push(content.text);
      hashes.push(content.hash);
      halves ||= mayHoldHalfPairs(content);
      this.#business.judge(object, {row, content, faults}, business);
    }
    const columns = new Map<string, Values>([...this.#said(occurrences), ...this.#business.named(business)]);
    if (halves) mendHalfPairs(columns, faults);
    columns.set('_record', texts);
    columns.set('_hash', hashes);
    columns.set('_errors', faults.texts(objects.length));
    const values = this.#names.map(name => columns.get(name) ?? []);
    return {batch: {table: this.#table.name, columns: this.#names, values, rows: objects.length}, hashes};
  }

  #said(occurrences: Occurrences): Array<[string, Values]> {
    const {recordIds, parentIds = [], positions = [], stamps, places, absent} = occurrences;
    const all = (value: string): Values => new Array<string>(recordIds.length).fill(value);
    return [
      ['company_id', all(this.#context.companyId)],
      ['record_id', [...recordIds]],
      ['parent_record_id', [...parentIds]],
      ['position', [...positions]],
      ['last_modified_date_time', [...stamps]],
      ['_load_id', all(this.#context.loadId)],
      ['_place', [...places]],
      [absentName, absent ? [...absent] : new Array<string | null>(recordIds.length).fill(null)],
    ];
  }
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
