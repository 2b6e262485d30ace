import {isJsonObject, isRawNumber, type Json, type RawNumber} from '../../base/exact-json.ts';

// Both are in the engine (Node 22 and later) and not yet in TypeScript's library.
const engine = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  parse(text: string, reviver: (name: string, value: Json, context: {source?: string}) => Json): Json;
};

/**
 * The text of one field of a JSON text for from_json, digits as written; null where the field is absent, null or not
 * of this kind. `path` is a JSON array of names.
 */
export function jsonField(json: string, path: string, kind: string): string | null {
  const value = at(parsed(json), JSON.parse(path));
  if (value === null || value === undefined) return null;
  const isText = typeof value === 'string';
  const isNumber = isRawNumber(value);
  const text = isText ? value : JSON.stringify(value);
  if (kind === 'text') return text;
  if (kind === 'flag') return typeof value === 'boolean' ? text : null;
  if (kind === 'time') return isText ? text : null;
  if (kind === 'whole') return isNumber && /^-?\d+$/.test(text) ? text : null;
  return isNumber || isText ? text : null;
}

/** Every number keeps its text: `5.0` is no whole number to Spark. */
function parsed(json: string): Json | undefined {
  try {
    return engine.parse(json, (_name, value, {source}) =>
      typeof value === 'number' && source !== undefined ? engine.rawJSON(source) : value,
    );
  } catch {
    return undefined;
  }
}

function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? (here as readonly Json[])[step] : undefined;
    else here = isJsonObject(here) ? here[step] : undefined;
  }
  return here;
}

/** get_json_object: as Spark does, a number with a fraction or exponent becomes a float on the way. */
export function jsonPath(json: string, path: string): string | null {
  if (!/^\$(?:\.[^.[\]*']+|\['[^']+'\]|\[\d+\])*$/.test(path)) return null;
  const steps = [...path.matchAll(/\.([^.[\]]+)|\['([^']+)'\]|\[(\d+)\]/g)].map(
    ([, dotted, named, index]) => dotted ?? named ?? Number(index),
  );
  const value = at(parsed(json), steps);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' && !isRawNumber(value) ? JSON.stringify(value) : floated(JSON.stringify(value));
}

const floated = (text: string): string =>
  /^-?[\d.]+(?:e.*)?$/i.test(text) && /[.e]/i.test(text) ? doubleText(Number(text)) : text;

/** A double as Java prints it, and so Spark: `1.0E10`, `0.001`, `1.0E-4`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
