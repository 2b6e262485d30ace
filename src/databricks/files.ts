import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, parseExactJson} from '../base/exact-json.ts';
import type {FileEntry, Files} from '../model/ports.ts';
import type {Reply} from './exchange.ts';
import type {Call, Http} from './http.ts';

const volumeHint = 'The volume or its schema is not there, or not visible: run check, which names the missing grant.';
const octets = {'content-type': 'application/octet-stream'} as const;
/** Parquet is compressed already, and a size must be the size of the file. */
const asItIs = {'accept-encoding': 'identity'} as const;
/** What is read is ours: manifests, the mirror, and the keys of a first load, 8 bytes a record. */
const fileBytesMax = 256 * 1024 * 1024;

/** The Files API: PUT, GET, HEAD and DELETE of raw bytes, and folders by pages. */
export function openFiles(http: Http, clock: Clock): Files {
  return {
    put: (path, bytes, signal) => put(http, {path, bytes}, signal),
    size: (path, signal) => size(http, path, signal),
    read: (path, signal) => read(http, path, signal),
    list: (path, signal) => list({http, clock}, path, signal),
    remove: async ({path, folder}, signal) => {
      const call = callFor(folder ? 'directories' : 'files', path);
      await http.send({...call, what: `remove ${path}`, method: 'DELETE', accept: [404]}, signal);
    },
  };
}

async function put(
  http: Http,
  {path, bytes}: {path: string; bytes: Uint8Array},
  signal: AbortSignal | undefined,
): Promise<void> {
  const call: Call = {
    ...callFor('files', path),
    what: `put ${path}`,
    method: 'PUT',
    query: {overwrite: 'true'},
    headers: octets,
    body: bytes,
    hint: volumeHint,
  };
  await http.send(call, signal);
}

async function size(http: Http, path: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  const what = `measure ${path}`;
  const call: Call = {...callFor('files', path), what, method: 'HEAD', headers: asItIs, accept: [404]};
  const {status, headers} = await http.send(call, signal);
  if (status === 404) return undefined;
  const length = headers['content-length'];
  if (length === undefined || !/^\d+$/.test(length)) throw new SyncError('protocol', `${what}: no size in the answer`);
  return Number(length);
}

async function read(http: Http, path: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  const call: Call = {
    ...callFor('files', path),
    what: `read ${path}`,
    method: 'GET',
    headers: asItIs,
    accept: [404],
    answerBytesMax: fileBytesMax,
  };
  const {status, body} = await http.send(call, signal);
  return status === 404 ? undefined : body;
}

/** Goes on as long as there is a token: a page may be empty and not the last. */
async function list(
  {http, clock}: {http: Http; clock: Clock},
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  const what = `list ${path}`;
  const call: Call = {...callFor('directories', path), what, method: 'GET', accept: [404]};
  const tokens = new Set<string>();
  for (let token = ''; ; ) {
    const reply = await http.send({...call, query: token === '' ? {} : {page_token: token}}, signal);
    if (reply.status === 404) return [];
    const page = toPage(reply, {what, folder: path, clock});
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    if (tokens.has(page.next)) throw new SyncError('protocol', `${what}: the same page token came twice`);
    tokens.add(page.next);
    token = page.next;
  }
}

interface Listing {
  readonly what: string;
  readonly folder: string;
  readonly clock: Clock;
}

function toPage({body, headers}: Reply, listing: Listing): {entries: FileEntry[]; next: string | undefined} {
  const page = parsed(body);
  if (!isJsonObject(page)) throw new SyncError('protocol', `${listing.what}: the answer is no JSON object`);
  const servedAtMs = Date.parse(headers.date ?? '');
  const listedAt = Number.isNaN(servedAtMs) ? listing.clock.now() : new Date(servedAtMs);
  const contents = Array.isArray(page['contents']) ? page['contents'] : [];
  const next = page['next_page_token'];
  return {
    entries: contents.map(entry => toEntry(entry, {...listing, listedAt})),
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

/** A folder may bear no time of its own: it then counts as new, so that nothing is pruned for want of one. */
function toEntry(entry: Json, {what, folder, listedAt}: Listing & {listedAt: Date}): FileEntry {
  const {name, path, is_directory, file_size, last_modified} = isJsonObject(entry) ? entry : {};
  const lastOfPath = typeof path === 'string' ? path.split('/').findLast(part => part !== '') : undefined;
  const ownName = typeof name === 'string' ? name : lastOfPath;
  if (ownName === undefined) throw new SyncError('protocol', `${what}: an entry without a name`);
  return {
    name: ownName,
    path: `${folder.replace(/\/$/, '')}/${ownName}`,
    folder: is_directory === true,
    bytes: typeof file_size === 'number' ? file_size : 0,
    modifiedAt: typeof last_modified === 'number' ? new Date(last_modified) : listedAt,
    listedAt,
  };
}

function parsed(body: Uint8Array): Json {
  try {
    return parseExactJson(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}

/** The API path of a volume path, each segment escaped. A dot segment would be another path by the time it is sent. */
function callFor(kind: 'files' | 'directories', path: string): {path: string} {
  const segments = path.replace(/\/$/, '').split('/').slice(1);
  const wrong = segments.some(segment => segment === '' || segment === '.' || segment === '..');
  if (!path.startsWith('/Volumes/') || wrong) throw new SyncError('defect', `this is no path in a volume: ${path}`);
  return {path: `/api/2.0/fs/${kind}/${segments.map(encodeURIComponent).join('/')}`};
}
