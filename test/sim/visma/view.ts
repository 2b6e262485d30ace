import type {Endpoint} from './endpoints.ts';
import {type Entity, entitiesIn, type Json} from './exact.ts';
import {isTrue} from './filters.ts';

const inLines = 'lines.';

/** The properties that an answer leaves empty: those whose flag was not set, and in lists those of the detail alone. */
export function hiddenBy(
  endpoint: Endpoint,
  {form, flags}: {form: 'list' | {readonly flags?: readonly string[]}; flags: (name: string) => boolean},
): readonly string[] {
  const known = form === 'list' ? undefined : (form.flags ?? []);
  const hidden = Object.entries(endpoint.expands ?? {})
    .filter(([name]) => (known === undefined || known.includes(name)) && !flags(name))
    .flatMap(([, properties]) => properties);
  return form === 'list' ? [...hidden, ...(endpoint.detailOnly ?? [])] : hidden;
}

/** The flags of a query. */
export const flagsOf =
  (query: URLSearchParams) =>
  (name: string): boolean =>
    isTrue(query.get(name) ?? undefined);

/** A record as an answer shows it: what is hidden is an empty array or null, inside lines it is left out. */
export function shown(entity: Entity, endpoint: Endpoint, hidden: readonly string[]): Entity {
  if (hidden.length === 0) return entity;
  const copy: Record<string, Json | undefined> = {...entity};
  for (const name of hidden) {
    if (name.startsWith(inLines)) hideInLines(copy, endpoint, name.slice(inLines.length));
    else if (name in copy) copy[name] = Array.isArray(copy[name]) ? [] : null;
  }
  return copy;
}

function hideInLines(copy: Record<string, Json | undefined>, {lines}: Endpoint, name: string): void {
  if (lines === undefined || !Array.isArray(copy[lines])) return;
  copy[lines] = entitiesIn(copy[lines]).map(line => {
    const {[name]: _hidden, ...rest} = line;
    return rest;
  });
}
