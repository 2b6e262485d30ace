import type {Field} from 'apache-arrow';
import {type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
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
      if (found === undefined || found === null) continue;
      faults.column = column.name;
      (lists[index] as Values)[row] = column.judge(found, faults.note);
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
  const shallow = path.length <= 2 && !path.some(step => step.endsWith(']'));
  return {name: field.name, path, shallow, judge: judgeOf(field.type)};
}

function inside(value: Json | undefined, name: string | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || name === undefined) return undefined;
  return (value as JsonObject)[name];
}
