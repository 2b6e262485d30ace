import {RestError} from './exchange.ts';

/** A refusal of what was sent. */
export const invalid = (message: string): RestError => new RestError(400, 'INVALID_PARAMETER_VALUE', message);

export type Body = Readonly<Record<string, unknown>>;

/** Refuses fields that the interface does not know: it would drop them in silence, or refuse them itself. */
export function checkFields(body: Body, known: readonly string[]): void {
  const unknown = Object.keys(body).filter(name => !known.includes(name));
  if (unknown.length > 0) throw invalid(`Unknown fields: ${unknown.join(', ')}`);
}

export function requiredText(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw invalid(`Field '${name}' is required`);
  return value;
}

export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of texts, as properties are. */
export function textsIn(body: Body, name: string): Readonly<Record<string, string>> | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (!isBody(value) || !Object.values(value).every(one => typeof one === 'string')) {
    throw invalid(`Field '${name}' must be a map of strings`);
  }
  return value as Readonly<Record<string, string>>;
}

/** The fields that an update names, of those that may be updated. The mask has no spaces and names something. */
export function maskOf(query: URLSearchParams, allowed: readonly string[]): readonly string[] {
  const mask = query.get('update_mask') ?? '';
  const names = mask.split(',');
  const wrong = names.filter(name => !allowed.includes(name));
  if (wrong.length > 0) throw invalid(`update_mask must name fields among ${allowed.join(', ')}`);
  return names;
}

/** One page of a list, by the size and the token that were asked for. */
export function pageOf<T>(
  items: readonly T[],
  query: URLSearchParams,
  {sizeParameter, sizeMax}: {readonly sizeParameter: string; readonly sizeMax: number},
): {readonly page: readonly T[]; readonly next: {readonly next_page_token?: string}} {
  const size = Number(query.get(sizeParameter) ?? sizeMax);
  if (!Number.isInteger(size) || size < 0 || size > sizeMax) {
    throw invalid(`${sizeParameter} must be at most ${sizeMax}`);
  }
  const from = Number(query.get('page_token') ?? 0);
  if (!Number.isInteger(from)) throw invalid('The page token is not one of ours');
  const to = from + (size || sizeMax);
  return {page: items.slice(from, to), next: to < items.length ? {next_page_token: String(to)} : {}};
}
