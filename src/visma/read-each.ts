import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {ListCount, Page, Pass} from '../model/pass.ts';
import {incomplete} from './incomplete.ts';
import {listQuery} from './list-query.ts';
import {pathSegment} from './record-path.ts';
import type {Requests} from './requests.ts';

/** So many records are asked for at once. */
const atOnce = 4;
/** A list of ids is short, for each costs a call: what is longer is another list, and no hours are spent on it. */
const idsMax = 10_000;

/**
 * A list of ids, then each record by itself, as one page. Proved complete when every id was answered: one that is gone
 * by then means that the list moved.
 * @throws SyncError `incomplete`, `protocol`, or whatever a call throws
 */
export async function readEach(pass: Pass, requests: Requests, signal?: AbortSignal): Promise<Page> {
  const {company, resource} = pass;
  const place = {company, resource: resource.name, endpoint: resource.endpoint};
  const list = await requests.get({...place, query: {}, shrinks: false, signal});
  const waiting = idsIn(list.body, pass).map((id, index) => ({id, index}));
  const records = new Array<JsonObject>(waiting.length);
  const total = waiting.length;
  const asker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      records[next.index] = await readOneOf(pass, next.id, requests, signal);
    }
  };
  await Promise.all(Array.from({length: atOnce}, asker));
  return {records, servedAt: list.servedAt, total, number: 1, size: total, last: true};
}

/** How many ids the list holds. */
export async function countEach(pass: Pass, requests: Requests, signal?: AbortSignal): Promise<ListCount> {
  const {company, resource} = pass;
  const call = {company, resource: resource.name, endpoint: resource.endpoint, query: {}, shrinks: false, signal};
  const {body, ms} = await requests.get(call);
  return {came: idsIn(body, pass).length, ms};
}

async function readOneOf(pass: Pass, id: string, requests: Requests, signal?: AbortSignal): Promise<JsonObject> {
  const {company, resource} = pass;
  const template = resource.reading.kind === 'snapshot' ? (resource.reading.each ?? '') : '';
  const endpoint = template.replace(/\{[^}]+\}/, pathSegment(id));
  try {
    const {body} = await requests.get({
      company,
      resource: resource.name,
      endpoint,
      query: listQuery(pass),
      shrinks: false,
      signal,
    });
    if (isJsonObject(body)) return body;
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.kind !== 'absent') throw thrown;
    throw incomplete(pass, 'a record vanished between its list and itself');
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
