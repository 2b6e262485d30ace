import {isJsonObject, type Json, parseExactJson} from '../base/exact-json.ts';
import type {Resume} from '../model/load.ts';
import {loadId} from '../model/names.ts';

/** Reads the checkpoint's `resume`; undefined for what is no such thing, or not whole. */
export function parseResume(text: string): Resume | undefined {
  const parsed = parsedJson(text);
  if (!isJsonObject(parsed)) return undefined;
  const {begunAt, heldIn, lines, total} = parsed;
  const next = nextOf(parsed['next']);
  if (typeof begunAt !== 'string' || Number.isNaN(Date.parse(begunAt))) return undefined;
  if (typeof heldIn !== 'string' || heldIn === '' || !isCount(lines) || !isCount(total) || !next) return undefined;
  return {begunAt, heldIn: loadId(heldIn), lines, total, next};
}

function nextOf(value: Json | undefined): Resume['next'] | undefined {
  if (!isJsonObject(value)) return undefined;
  const {page, size, periods} = value;
  if (isCount(page) && page > 0 && isCount(size) && size > 0) return {page, size};
  if (!Array.isArray(periods)) return undefined;
  const named = periods.filter(period => typeof period === 'string');
  return named.length === periods.length ? {periods: named} : undefined;
}

const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function parsedJson(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
