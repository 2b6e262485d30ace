import type {Secret} from '../base/secret.ts';
import {isPersonal, pathOf, sqlType} from './column.ts';
import type {ResourceName, TableName} from './names.ts';
import {type Child, type Resource, tablesOf} from './resource.ts';
import type {Table} from './table.ts';

/** What the configuration says of a column. *keep* lifts what is protected by default. */
export type PrivacyRule = 'drop' | 'hash' | 'keep';

export interface ConfiguredRule {
  readonly resource: ResourceName;
  readonly table: TableName;
  readonly column: string;
  readonly rule: PrivacyRule;
}

/** What people want protected before anything is written, beside what the catalogue marks as personal. */
export interface Privacy {
  readonly rules: readonly ConfiguredRule[];
  /** The key of the hashes; without it what would be hashed by default is dropped. */
  readonly salt?: Secret;
}

/** The environment variable that holds the salt, and how short it may be. */
export const saltVariable = 'VISMA_PRIVACY_SALT';
export const saltLengthMin = 16;

/** A name within an object; `ofItems` where an array stands there whose objects are gone through. */
export interface Step {
  readonly name: string;
  readonly ofItems: boolean;
}

export interface PlacedColumn {
  readonly table: TableName;
  readonly column: string;
  /** From the record downwards, through the arrays that have a table. */
  readonly path: readonly Step[];
  /** The path as a text: `invoiceLines[].description`. Columns with one place show one value. */
  readonly place: string;
  readonly isText: boolean;
  readonly isPersonal: boolean;
}

export interface ProtectedColumn extends PlacedColumn {
  readonly protection: 'drop' | 'hash';
  /** Whether nobody asked for it: the catalogue marks it as personal. */
  readonly byDefault: boolean;
}

/** The columns of a resource's tables that come from Visma. Two may show the same value, as `segment_1` and a row. */
export const placedColumns = (resource: Resource): readonly PlacedColumn[] =>
  tablesOf(resource).flatMap(table => columnsIn(resource, table));

function columnsIn(resource: Resource, table: Table): readonly PlacedColumn[] {
  const arrays = arraysAbove(resource.children.find(child => child.table === table));
  return table.schema.fields
    .filter(field => pathOf(field).length > 0)
    .map(field => {
      const path = [...arrays, ...pathOf(field).map(toStep)];
      return {
        table: table.name,
        column: field.name,
        path,
        place: placeOf(path),
        isText: sqlType(field.type) === 'STRING',
        isPersonal: isPersonal(field),
      };
    });
}

/** The arrays that a child's objects lie in. */
export const arraysAbove = (child: Child | undefined): readonly Step[] =>
  child === undefined ? [] : [child.outer?.property, child.property].filter(name => name !== undefined).map(ofItems);

const ofItems = (name: string): Step => ({name, ofItems: true});

/** One object chosen out of an array (`segments[segmentId=1]`) is protected together with the others. */
function toStep(part: string): Step {
  const [, array] = /^([^[]+)\[.*\]$/.exec(part) ?? [];
  return array === undefined ? {name: part, ofItems: false} : ofItems(array);
}

export const placeOf = (path: readonly Step[]): string =>
  path.map(({name, ofItems}) => (ofItems ? `${name}[]` : name)).join('.');

/** The strictest first: where a value is reached by several columns, it is protected for all of them. */
const strictness: readonly PrivacyRule[] = ['drop', 'hash', 'keep'];

/**
 * What is protected of a resource: what rules name, and what the catalogue marks as personal where no rule speaks of
 * it. A value is protected in every table that shows it.
 */
export function protectedColumns(resource: Resource, {rules, salt}: Privacy): readonly ProtectedColumn[] {
  const named = new Map(rules.map(({table, column, rule}) => [`${table}.${column}`, rule]));
  const groups = Map.groupBy(placedColumns(resource), column => column.place);
  return [...groups.values()].flatMap(columns => {
    const asked = columns.map(({table, column}) => named.get(`${table}.${column}`));
    const rule = strictness.find(each => asked.includes(each));
    const wanted = rule ?? defaultOf(columns);
    if (wanted === undefined || wanted === 'keep') return [];
    // Without a salt a hash of a short text would be no protection.
    const protection = wanted === 'hash' && salt === undefined ? 'drop' : wanted;
    return columns.map(column => ({...column, protection, byDefault: rule === undefined}));
  });
}

/** Texts are hashed, so that joins on them still work; a hash is no value of another type. */
function defaultOf(columns: readonly PlacedColumn[]): 'drop' | 'hash' | undefined {
  if (!columns.some(column => column.isPersonal)) return undefined;
  return columns.every(column => column.isText) ? 'hash' : 'drop';
}
