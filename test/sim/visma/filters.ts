import {at, type Entity, entitiesIn, isExact, type Json, numberText} from './exact.ts';
import {askedStamp, sortable} from './stamps.ts';

/** A query that the vendor refuses with 400. */
export class Refusal extends Error {}

export type Test = (entity: Entity) => boolean;

/** Makes a test of a parameter's value, its condition at hand; undefined where the vendor lets it count for nothing. */
export type Filter = (value: string, condition: string | undefined) => Test | undefined;

const shown = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : isExact(value) ? value.rawJSON : String(value);

export const equals =
  (path: string): Filter =>
  value =>
  entity =>
    shown(at(entity, path)) === value;

export const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

export const flag =
  (path: string): Filter =>
  value =>
  entity =>
    at(entity, path) === isTrue(value);

/** greaterThanValue: what comes after, by the text. */
export const above =
  (path: string): Filter =>
  value =>
  entity =>
    (shown(at(entity, path)) ?? '') > value;

const unreleased = new Set(['Hold', 'Balanced', 'Scheduled', 'Voided']);

export const released: Filter = value => entity =>
  !unreleased.has(String(entity['status'])) === (value === '1' || isTrue(value));

/** The filter says `GL` where the record says `ModuleGL`. */
export const journalModule: Filter = value => entity => entity['module'] === `Module${value}`;

/** financialPeriod's greaterThanValue: YYYY or YYYYPP. */
export const yearOrPeriod: Filter = value => entity => {
  const period = `${shown(entity['year'])}${shown(entity['period'])}`;
  return period.slice(0, value.length) > value;
};

type Comparison = (left: string, right: string) => boolean;
const comparisons: Readonly<Record<string, Comparison>> = {
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

/** A date or stamp and its condition. Without the condition the parameter counts for nothing; a zone is refused. */
export const compared =
  (path: string): Filter =>
  (value, condition) => {
    const bound = boundOf(value);
    if (condition === undefined || condition === '') return undefined;
    const holds = comparisons[condition];
    if (!holds) throw new Refusal(`The condition '${condition}' is not one of >, <, >=, <=.`);
    return entity => stands(entity, path, stamp => holds(stamp, bound));
  };

/** A number and its condition. Without the condition it has to be equal. */
export const comparedNumber =
  (path: string): Filter =>
  (value, condition) => {
    const bound = Number(value);
    if (!Number.isFinite(bound)) throw new Refusal(`The value '${value}' is not valid for a number.`);
    return entity => {
      const number = Number(numberText(at(entity, path)) ?? Number.NaN);
      if (!condition) return number === bound;
      if (condition === '>') return number > bound;
      if (condition === '>=') return number >= bound;
      return condition === '<' ? number < bound : number <= bound;
    };
  };

/** The lower end of a range of periods or dates, by the text. */
export const atLeast =
  (path: string): Filter =>
  value =>
  entity =>
    (shown(at(entity, path)) ?? '') >= value;

/** The upper end, with what begins as it does. */
export const atMost =
  (path: string): Filter =>
  value =>
  entity =>
    (shown(at(entity, path)) ?? '').slice(0, value.length) <= value;

/** One of the objects in an array has the value. */
export const anyOf =
  (array: string, property: string): Filter =>
  value =>
  entity =>
    entitiesIn(entity[array]).some(item => shown(item[property]) === value);

/** A period as YYYYPP where the record says PPYYYY. */
export const postedIn =
  (path: string): Filter =>
  value =>
  entity =>
    shown(at(entity, path)) === value.slice(4) + value.slice(0, 4);

/** A stamp alone, as journals and balances take it. Whether it is inclusive is not documented. */
export const since =
  (path: string, inclusive: boolean): Filter =>
  value => {
    const bound = boundOf(value);
    return entity => stands(entity, path, stamp => (inclusive ? stamp >= bound : stamp > bound));
  };

function boundOf(value: string): string {
  const bound = askedStamp(value);
  if (bound === undefined) throw new Refusal(`The value '${value}' is not valid for a date and time.`);
  return bound;
}

function stands(entity: Entity, path: string, holds: (stamp: string) => boolean): boolean {
  const stamp = sortable(at(entity, path));
  return stamp !== undefined && holds(stamp);
}
