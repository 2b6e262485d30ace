import {type Pass, requestSince} from '../model/pass.ts';
import type {Paging, Resource} from '../model/resource.ts';

export type Query = Readonly<Record<string, string>>;

/** Whether a pass asks for what changed only. */
export const isDelta = ({kind, resource, since}: Pass): boolean =>
  kind === 'delta' && resource.reading.kind === 'delta' && since !== undefined;

/**
 * The parameters of a pass besides its pages. Stamps go without zone, to the millisecond. Where the endpoint knows a
 * condition it has to stand beside the stamp, which alone is ignored there.
 */
export function passQuery(pass: Pass): Query {
  const {resource, since} = pass;
  if (!isDelta(pass) || since === undefined || resource.reading.kind !== 'delta') return resource.query;
  const stamp = {...resource.query, lastModifiedDateTime: requestSince(pass, since).slice(0, 23)};
  return resource.reading.since === 'stamp and condition' ? {...stamp, lastModifiedDateTimeCondition: '>='} : stamp;
}

/** The parameters of one page. The same size in every request of a walk: page n means nothing without it. */
export const pageQuery = (paging: Paging, {number, size}: {readonly number: number; readonly size: number}): Query =>
  paging === 'unpaged' ? {} : {pageNumber: String(number), pageSize: String(size)};

/** How many lines of the cut array a record, or a fragment of one, brings. */
export function linesIn(record: Readonly<Record<string, unknown>>, resource: Resource): number {
  const lines = resource.cut === undefined ? undefined : record[resource.cut.lines];
  return Array.isArray(lines) ? lines.length : 0;
}
