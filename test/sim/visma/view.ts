import type {Endpoint} from './endpoint.ts';
import {type Entity, entitiesIn, isEntity, type Json} from './exact.ts';
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
  const {inner = []} = endpoint;
  if (hidden.length === 0 && inner.length === 0) return entity;
  const copy: Record<string, Json | undefined> = {...entity};
  for (const name of inner) delete copy[name];
  for (const name of hidden) {
    if (name.startsWith(inLines)) hideInLines(copy, endpoint, name.slice(inLines.length));
    else hideAt(copy, name.split('.'));
  }
  return copy;
}

/** Empties a property, inside objects and the objects of arrays too. */
function hideAt(copy: Record<string, Json | undefined>, [name = '', ...rest]: readonly string[]): void {
  const value = copy[name];
  if (value === undefined) return;
  if (rest.length === 0) copy[name] = Array.isArray(value) ? [] : null;
  else if (Array.isArray(value)) copy[name] = entitiesIn(value).map(item => hiddenIn(item, rest));
  else if (isEntity(value)) copy[name] = hiddenIn(value, rest);
}

function hiddenIn(entity: Entity, path: readonly string[]): Entity {
  const copy: Record<string, Json | undefined> = {...entity};
  hideAt(copy, path);
  return copy;
}

function hideInLines(copy: Record<string, Json | undefined>, {lines}: Endpoint, name: string): void {
  if (lines === undefined || !Array.isArray(copy[lines])) return;
  copy[lines] = entitiesIn(copy[lines]).map(line => {
    const {[name]: _hidden, ...rest} = line;
    return rest;
  });
}
