import type {Field} from 'apache-arrow';
import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import {pathOf} from '../model/column.ts';
import {valueAt} from '../model/record-id.ts';
import type {ObjectContent} from './content.ts';
import type {Faults} from './faults.ts';
import {type Judge, judgeOf} from './judge.ts';
import type {Shape} from './shapes.ts';

/** The values of one column, by row. */
export type Values = Array<string | null>;

interface Column {
  readonly name: string;
  readonly path: readonly string[];
  /** True where the value lies at the top, or one object below: most do. */
  readonly shallow: boolean;
  /** True if it lies below the top, in objects alone. */
  readonly nested: boolean;
  readonly judge: Judge;
}

interface Row {
  readonly row: number;
  readonly content: ObjectContent;
  readonly faults: Faults;
}

/**
 * The business columns of one table. Objects are taken one after the other, each while it is at hand, and their
 * properties by their places: an API repeats a few shapes without end.
 */
export class Columns {
  readonly #columns: readonly Column[];
  /** For each shape, the place of each column's first step; -1 where there is none. */
  readonly #places = new WeakMap<Shape, readonly number[]>();

  /** Throws TypeError for a column without a path. */
  constructor(fields: readonly Field[]) {
    this.#columns = fields.map(columnOf);
  }

  /** Lists for so many rows, one for each column, all null. */
  listsFor(rows: number): readonly Values[] {
    return this.#columns.map(() => new Array<string | null>(rows).fill(null));
  }

  named(lists: readonly Values[]): ReadonlyArray<[string, Values]> {
    return this.#columns.map(({name}, index) => [name, lists[index] ?? []]);
  }

  /** Judges the values of one object into its row of the lists. */
  judge(object: JsonObject, {row, content: {shape, values}, faults}: Row, lists: readonly Values[]): void {
    const places = this.#placesIn(shape);
    faults.row = row;
    for (let index = 0; index < places.length; index++) {
      const column = this.#columns[index] as Column;
      const place = places[index] as number;
      let found: Json | undefined;
      if (!column.shallow) found = valueAt(object, column.path);
      else if (place !== -1) found = column.path.length === 1 ? values[place] : inside(values[place], column.path[1]);
      if (typeof found === 'object') found = unwrapped(found);
      if (found === undefined || found === null) {
        const outer = place === -1 || !column.nested ? null : (values[place] ?? null);
        if (outer !== null && !(column.shallow && isJsonObject(outer))) noteMisshapen(object, column, faults);
        continue;
      }
      faults.column = column.name;
      const judged = column.judge(found, faults.note);
      if (judged === null) faults.lose();
      else (lists[index] as Values)[row] = judged;
    }
  }

  #placesIn(shape: Shape): readonly number[] {
    const known = this.#places.get(shape);
    if (known) return known;
    const places = this.#columns.map(({path}) => shape.names.indexOf(path[0] ?? ''));
    this.#places.set(shape, places);
    return places;
  }
}

function columnOf(field: Field): Column {
  const path = pathOf(field);
  if (path.length === 0) throw new TypeError(`column ${field.name} of the catalogue has no path`);
  const plain = !path.some(step => step.endsWith(']'));
  const [shallow, nested] = [plain && path.length <= 2, plain && path.length > 1];
  return {name: field.name, path, shallow, nested, judge: judgeOf(field.type)};
}

/** Names what stood in the way of a value: a text, a number or a list where an object was promised. */
function noteMisshapen(object: JsonObject, {name, path}: Column, faults: Faults): void {
  let value: Json | undefined = object;
  for (const [index, step] of path.entries()) {
    if (index > 0 && !isJsonObject(value)) {
      faults.column = name;
      faults.note(`${path.slice(0, index).join('.')} is not an object`);
      faults.lose();
      return;
    }
    value = (value as JsonObject)[step];
    if (value === undefined || value === null) return;
  }
}

function inside(value: Json | undefined, name: string | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || name === undefined) return undefined;
  return (value as JsonObject)[name];
}
