import type {Behaviour} from './behaviour.ts';
import type {Endpoint} from './endpoint.ts';
import {type Entity, entitiesIn} from './exact.ts';
import {compared, Refusal, since, type Test} from './filters.ts';
import type {Listing} from './listing.ts';
import {sortable} from './stamps.ts';

/** The records that fit a query, in the order of the list. */
export interface Selection {
  readonly rows: readonly Entity[];
  /** What `totalCount` says: records, or lines where pages count lines. */
  readonly total: number;
  /** Where pages count lines: for each record the count of lines up to and with it. */
  readonly ends?: readonly number[];
}

/** Selects by the parameters that the endpoint knows; others count for nothing. */
export function select(listing: Listing, asked: Asked): Selection {
  refuseMissing(listing.endpoint, asked);
  return selectUnchecked(listing, asked);
}

/** The same where mandatory parameters are missing: they count for nothing. */
export function selectUnchecked(listing: Listing, {query, behaviour}: Asked): Selection {
  const {endpoint} = listing;
  const tests = testsOf(endpoint, {query, behaviour});
  const rows = listing.rows(query).filter(entity => tests.every(test => test(entity)));
  const ordered = inOrder(rows, endpoint, behaviour.order);
  return endpoint.paging === 'lines' ? byLines(ordered, endpoint, behaviour) : {rows: ordered, total: ordered.length};
}

export interface Asked {
  readonly query: URLSearchParams;
  readonly behaviour: Behaviour;
}

function testsOf(endpoint: Endpoint, {query, behaviour}: Asked): readonly Test[] {
  const filters = {...endpoint.filters, ...deltaOf(endpoint, behaviour)};
  const tests: Test[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    const value = query.get(name);
    const test = value ? filter(value, query.get(`${name}Condition`) ?? undefined) : undefined;
    if (test) tests.push(test);
  }
  return tests;
}

function deltaOf({delta, stamp}: Endpoint, {sinceInclusive}: Behaviour): Endpoint['filters'] {
  if (delta === 'none' || stamp === undefined) return {};
  return {lastModifiedDateTime: delta === 'alone' ? since(stamp, sinceInclusive) : compared(stamp)};
}

function refuseMissing({required = [], wantsOneOf}: Endpoint, {query, behaviour}: Asked): void {
  const missing = required.find(name => !query.get(name));
  if (missing) throw new Refusal(`The parameter '${missing}' is mandatory.`);
  if (!wantsOneOf || behaviour.missingFilter === 'everything') return;
  if (!wantsOneOf.some(name => query.get(name))) throw new Refusal(`One of ${wantsOneOf.join(', ')} is mandatory.`);
}

function inOrder(rows: readonly Entity[], {stamp}: Endpoint, order: Behaviour['order']): readonly Entity[] {
  if (order === 'newest first') return rows.toReversed();
  if (order === 'as inserted' || stamp === undefined) return rows;
  const stampOf = (entity: Entity): string => sortable(entity[stamp]) ?? '';
  return rows.toSorted((left, right) => (stampOf(left) < stampOf(right) ? -1 : stampOf(left) > stampOf(right) ? 1 : 0));
}

function byLines(rows: readonly Entity[], {lines = ''}: Endpoint, {emptyBatches}: Behaviour): Selection {
  const weigh = (entity: Entity): number =>
    Math.max(entitiesIn(entity[lines]).length, emptyBatches === 'counted' ? 1 : 0);
  const kept = rows.filter(entity => weigh(entity) > 0);
  let total = 0;
  const ends = kept.map(entity => {
    total += weigh(entity);
    return total;
  });
  return {rows: kept, total, ends};
}
