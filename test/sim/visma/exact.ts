/**
 * JSON whose numbers stand exactly as they were written: `1234.7700`, `1e-10`, `90071992547409931.25`. A number that
 * must keep its text is an `Exact`, which JSON.stringify writes as it is; other numbers are whole and small.
 */
export interface Exact {
  readonly rawJSON: string;
}

export type Json = null | boolean | number | string | Exact | readonly Json[] | Entity;

/** One record, or an object inside one. Never changed in place: a change puts another object in its stead. */
export interface Entity {
  readonly [name: string]: Json | undefined;
}

interface Source {
  readonly source?: string;
}

const engine = JSON as unknown as {
  rawJSON(text: string): Exact;
  isRawJSON(value: unknown): value is Exact;
  parse(text: string, reviver: (name: string, value: Json, context: Source) => Json): Json;
};

export const exact = (text: string): Exact => engine.rawJSON(text);
export const isExact = (value: unknown): value is Exact => engine.isRawJSON(value);

export function isEntity(value: Json | undefined): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExact(value);
}

export const entitiesIn = (value: Json | undefined): readonly Entity[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isEntity) : [];

/** The text of a number as it will stand on the wire; undefined for what is no number. */
export function numberText(value: Json | undefined): string | undefined {
  if (isExact(value)) return value.rawJSON;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Parses JSON and keeps the text of every number that is not a small whole one. */
export function parseExactly(text: string): Json {
  return engine.parse(text, (_name, value, {source}) =>
    typeof value === 'number' && source !== undefined && !/^-?(?:0|[1-9]\d{0,14})$/.test(source)
      ? exact(source)
      : source === '-0'
        ? exact(source)
        : value,
  );
}

/** What lies at a dotted path; undefined where a step is missing. */
export function at(entity: Entity, path: string): Json | undefined {
  let value: Json | undefined = entity;
  for (const name of path.split('.')) {
    if (!isEntity(value)) return undefined;
    value = value[name];
  }
  return value;
}
