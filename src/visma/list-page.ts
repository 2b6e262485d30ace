import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../base/exact-json.ts';
import type {Paging} from '../model/resource.ts';
import {type CallPlace, faultError} from './refusals.ts';
import type {ListAnswer} from './requests.ts';

/** One page of a list as it came, fragments of cut records included. */
export interface ListPage {
  /** From 1. */
  readonly number: number;
  readonly records: readonly JsonObject[];
  /** Elements beside them that are no records, such as null. */
  readonly strange: number;
  /** How many there are by the server's count: records, or lines. Absent where it counts nothing. */
  readonly totalCount?: number;
  /** The size that the server cuts pages to, whatever was asked for. */
  readonly pageSizeMax?: number;
  readonly servedAt: Date;
  /** The answer was 200 with an empty body, twice: no records. */
  readonly bodiless?: true;
}

/**
 * Reads a page: a bare array, or `{totalCount, records[]}`. Counts come in that envelope or in the `metadata` of each
 * record, so that an empty array has none. An element that is no record is left out and counted.
 * @throws SyncError `protocol` naming the place, `credentials` for a known fault that came as 200
 */
export function toListPage(
  {body, servedAt, bodiless}: ListAnswer,
  {number, paging, place}: {readonly number: number; readonly paging: Paging; readonly place: CallPlace},
): ListPage {
  const envelope = paging === 'envelope' && isJsonObject(body) ? body : {};
  const elements = Array.isArray(body) ? (body as readonly Json[]) : envelope['records'];
  if (!Array.isArray(elements)) throw faultError(body, place) ?? unexpected(place, number, 'is no list');
  const records = elements.filter((element: Json) => isJsonObject(element));
  const strange = elements.length - records.length;
  if (strange > 0 && records.length === 0) throw unexpected(place, number, `has no record in ${strange} elements`);
  const metadata = records.findLast(record => isJsonObject(record['metadata']))?.['metadata'];
  const own = isJsonObject(metadata) ? metadata : {};
  const totalCount = count(envelope['totalCount']) ?? count(own['totalCount']);
  const pageSizeMax = count(envelope['pageSize']) ?? count(own['maxPageSize']);
  return {
    number,
    records,
    strange,
    servedAt,
    ...(bodiless && {bodiless}),
    ...(totalCount === undefined ? {} : {totalCount}),
    ...(pageSizeMax === undefined ? {} : {pageSizeMax}),
  };
}

/** A count of none is no count: an empty page says it as well. */
const count = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;

function unexpected({company, resource, endpoint}: CallPlace, page: number, what: string): SyncError {
  const facts = {company: company.id, ...(resource === undefined ? {} : {resource}), endpoint, page};
  return new SyncError('protocol', `page ${page} of ${endpoint} ${what}, company ${company.id}`, {facts});
}
