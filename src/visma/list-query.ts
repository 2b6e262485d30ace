import {firstStamp, type Pass, requestSince} from '../model/pass.ts';
import type {Paging} from '../model/resource.ts';

export type Query = Readonly<Record<string, string>>;

/** Whether a pass asks for what changed only. */
export const isDelta = ({kind, resource, since}: Pass): boolean =>
  kind !== 'first' && resource.reading.kind === 'delta' && since !== undefined;

/** The values that a slice stands for, as the parameters that the endpoint wants. */
export const askedBy = ({slice}: Pick<Pass, 'slice'>): Query => Object.fromEntries(new URLSearchParams(slice));

/** The parameters of a pass besides its window and its pages. */
export function listQuery(pass: Pass): Query {
  const {resource, keysOnly = false} = pass;
  return {...(keysOnly ? {} : resource.query), ...askedBy(pass), ...portionQuery(pass)};
}

/**
 * The parameters of a pass besides its pages. Stamps go without zone, to the millisecond. Where the endpoint knows a
 * condition it has to stand beside the stamp, which alone is ignored there.
 */
export function passQuery(pass: Pass): Query {
  const {resource, since} = pass;
  const query = listQuery(pass);
  if (isDelta(pass) && since !== undefined)
    return {...query, ...sinceQuery(pass, requestSince(pass, since).slice(0, 23))};
  return resource.wantsFilter && (pass.portion?.kind ?? 'pages') === 'pages'
    ? {...query, ...sinceQuery(pass, firstStamp)}
    : query;
}

function sinceQuery({resource: {reading}}: Pass, stamp: string): Query {
  const alone = {lastModifiedDateTime: stamp};
  const conditioned = reading.kind === 'delta' && reading.since === 'stamp and condition';
  return conditioned ? {...alone, lastModifiedDateTimeCondition: '>='} : alone;
}

function portionQuery({resource, portion}: Pass): Query {
  if (portion?.kind === 'period') {
    const {parameters = []} = resource.periods ?? {};
    return Object.fromEntries(parameters.map(name => [name, portion.period]));
  }
  return portion?.kind === 'without period' ? (resource.periods?.without ?? {}) : {};
}

/** The parameters of one page. The same size in every request of a walk: page n means nothing without it. */
export const pageQuery = (paging: Paging, {number, size}: {readonly number: number; readonly size: number}): Query =>
  paging === 'unpaged' ? {} : {pageNumber: String(number), pageSize: String(size)};
