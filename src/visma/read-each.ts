import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {ListCount, Page, Pass} from '../model/pass.ts';
import {listQuery} from './list-query.ts';
import {pathSegment} from './record-path.ts';
import type {Requests} from './requests.ts';

/** So many records are asked for at once. */
const atOnce = 4;
/** A list of ids is short, for each costs a call: what is longer is another list, and no hours are spent on it. */
const idsMax = 10_000;

/**
 * A list of ids, then each record by itself, as one page. If an id finds no record, the list is read again, and what it
 * names and was not found yet is asked for. An id that it names still and that finds nothing again, or cannot be read
 * again, makes the list odd: the other records are read all the same, and nothing of the list is proved deleted.
 * @throws SyncError `protocol`, or whatever a call throws, if no record at all or too many of them cannot be read
 */
export async function* readEach(pass: Pass, requests: Requests, signal?: AbortSignal): AsyncGenerator<Page> {
  const found = new Map<string, JsonObject>();
  let unreadable: Unreadable = new Map();
  const readAll = async (ids: readonly string[]): Promise<void> => {
    unreadable = new Map();
    const records = await readAllOf({pass, requests, unreadable}, ids, signal);
    for (const [index, record] of records.entries()) if (record) found.set(ids[index] ?? '', record);
  };
  let list = await readIds(pass, requests, signal);
  const {servedAt} = list;
  await readAll(list.ids);
  const isMissing = (id: string): boolean => !found.has(id);
  if (list.ids.some(isMissing)) {
    list = await readIds(pass, requests, signal);
    await readAll(list.ids.filter(isMissing));
  }
  const [failure] = unreadable.values();
  if (failure && found.size === 0) throw failure;
  const records = list.ids.map(id => found.get(id)).filter(record => record !== undefined);
  const page = {servedAt, number: 1, size: records.length, last: true};
  yield {...page, records, total: records.length};
  const without = list.ids.filter(isMissing);
  if (without.length === 0) return;
  yield {...page, records: [], disputed: true, oddities: oddOf(without, unreadable)};
}

/** The ids that could not be read, with why. */
type Unreadable = Map<string, SyncError>;

/** If more records than these cannot be read, the list itself has failed. */
const unreadableMax = 10;

/** What may be wrong with one record alone. */
const ofOneRecord: ReadonlySet<string> = new Set(['transient', 'protocol', 'permission']);

function oddOf(without: readonly string[], unreadable: ReadonlyMap<string, SyncError>): readonly string[] {
  const failed = without.filter(id => unreadable.has(id));
  const none = without.length - failed.length;
  return [
    ...(none > 0 ? [`${none} of the ids that it names find no record`] : []),
    ...(failed.length > 0 ? [`the records of these ids cannot be read: ${failed.join(', ')}`] : []),
  ];
}

async function readIds(
  pass: Pass,
  requests: Requests,
  signal?: AbortSignal,
): Promise<{readonly ids: readonly string[]; readonly servedAt: Date}> {
  const {company, resource} = pass;
  const place = {company, resource: resource.name, endpoint: resource.endpoint};
  const {body, servedAt} = await requests.get({...place, query: {}, shrinks: false, signal});
  return {ids: idsIn(body, pass), servedAt};
}

interface Reading {
  readonly pass: Pass;
  readonly requests: Requests;
  /** Takes the ids that cannot be read. */
  readonly unreadable: Unreadable;
}

/** The records in the order of their ids, some asked for at once; undefined for an id without a readable record. */
async function readAllOf(
  {pass, requests, unreadable}: Reading,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyArray<JsonObject | undefined>> {
  const waiting = ids.map((id, index) => ({id, index}));
  const records = new Array<JsonObject | undefined>(ids.length).fill(undefined);
  const asker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        records[next.index] = await readOneOf(pass, next.id, requests, signal);
      } catch (thrown) {
        const isOfOne = thrown instanceof SyncError && ofOneRecord.has(thrown.kind) && !signal?.aborted;
        if (!isOfOne || unreadable.size >= unreadableMax) throw thrown;
        unreadable.set(next.id, thrown);
      }
    }
  };
  await Promise.all(Array.from({length: atOnce}, asker));
  return records;
}

/** How many ids the list holds. */
export async function countEach(pass: Pass, requests: Requests, signal?: AbortSignal): Promise<ListCount> {
  const {company, resource} = pass;
  const call = {company, resource: resource.name, endpoint: resource.endpoint, query: {}, shrinks: false, signal};
  const {body, ms} = await requests.get(call);
  return {came: idsIn(body, pass).length, ms};
}

/** Undefined if the path finds nothing, or answers with an empty body. */
async function readOneOf(
  pass: Pass,
  id: string,
  requests: Requests,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const {company, resource} = pass;
  const template = resource.reading.kind === 'snapshot' ? (resource.reading.each ?? '') : '';
  const endpoint = template.replace(/\{[^}]+\}/, pathSegment(id));
  try {
    const {body, bodiless} = await requests.get({
      company,
      resource: resource.name,
      endpoint,
      query: listQuery(pass),
      shrinks: false,
      signal,
    });
    if (isJsonObject(body)) return body;
    if (bodiless) return undefined;
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.kind !== 'absent') throw thrown;
    return undefined;
  }
  throw new SyncError('protocol', `${template} gave no record, company ${company.id}`, {
    facts: {company: company.id, resource: resource.name, endpoint: template},
  });
}

/** The ids of the list: texts, or numbers, once each. */
function idsIn(body: Json, {company, resource}: Pass): readonly string[] {
  const ids = Array.isArray(body) ? body.map((item: Json) => unwrapped(item)) : undefined;
  if (ids !== undefined && ids.length > idsMax) {
    throw new SyncError('protocol', `${resource.endpoint} names more than ${idsMax} ids, company ${company.id}`, {
      facts: {company: company.id, resource: resource.name, endpoint: resource.endpoint, ids: ids.length, idsMax},
    });
  }
  if (ids?.every(id => typeof id === 'string' || typeof id === 'number')) return [...new Set(ids.map(String))];
  throw new SyncError('protocol', `${resource.endpoint} is no list of ids, company ${company.id}`, {
    facts: {company: company.id, resource: resource.name, endpoint: resource.endpoint},
  });
}
