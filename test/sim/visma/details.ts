import {type Detail, type Endpoint, endpoints} from './endpoints.ts';
import {at, type Entity, entitiesIn, isExact, type Json} from './exact.ts';
import type {Books} from './store.ts';
import {flagsOf, hiddenBy, shown} from './view.ts';

interface Route {
  readonly endpoint: Endpoint;
  readonly detail: Detail;
  readonly segments: readonly string[];
}

const routes: readonly Route[] = endpoints.flatMap(endpoint =>
  (endpoint.details ?? []).map(detail => ({endpoint, detail, segments: detail.path.split('/')})),
);

/** A path that names one record, and the record as that form shows it; undefined where it is not found. */
export interface Found {
  readonly endpoint: Endpoint;
  readonly entity: Entity | undefined;
}

/** Finds what a path names; undefined where no endpoint has such a path. Parts may come as `b64(<base64url>)`. */
export function detailAt(books: Books, path: string, query: URLSearchParams): Found | undefined {
  const parts = path.split('/');
  const route = routes.find(({segments}) => matches(segments, parts));
  if (!route) return undefined;
  const {endpoint, detail} = route;
  const entity = chosen(candidates(books, route, parts), detail);
  const hidden = hiddenBy(endpoint, {form: detail, flags: flagsOf(query)});
  return {endpoint, entity: entity && inside(shown(entity, endpoint, hidden), route, parts)};
}

/** The object of an array inside a record, where the path goes on into it. */
function inside(record: Entity, {segments}: Route, parts: readonly string[]): Entity | undefined {
  let entity: Entity | undefined = record;
  segments.forEach((segment, place) => {
    const [array = '', property] = segment.slice(1, -1).split('>');
    if (property === undefined || !entity) return;
    const wanted = unpacked(parts[place] ?? '');
    entity = entitiesIn(entity[array]).find(item => textOf(item[property]) === wanted);
  });
  return entity;
}

const matches = (segments: readonly string[], parts: readonly string[]): boolean =>
  segments.length === parts.length &&
  segments.every((segment, place) => segment.startsWith('{') || segment === parts[place]);

function candidates(books: Books, {endpoint, detail, segments}: Route, parts: readonly string[]): readonly Entity[] {
  const wanted = Object.entries(detail.only ?? {});
  segments.forEach((segment, place) => {
    if (segment.startsWith('{') && !segment.includes('>'))
      wanted.push([segment.slice(1, -1), unpacked(parts[place] ?? '')]);
  });
  return books
    .listing(endpoint)
    .rows(new URLSearchParams())
    .filter(entity => wanted.every(([name, value]) => textOf(at(entity, name)) === value));
}

function chosen(fitting: readonly Entity[], {prefers}: Detail): Entity | undefined {
  const preferred = prefers && fitting.find(entity => entity[prefers.property] === prefers.value);
  return preferred ?? fitting[0];
}

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : isExact(value) ? value.rawJSON : String(value);

function unpacked(part: string): string {
  const packed = /^b64\(([\w-]*)\)$/.exec(part)?.[1];
  return packed === undefined ? part : Buffer.from(packed, 'base64url').toString('utf8');
}
