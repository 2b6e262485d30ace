import {createReadStream, createWriteStream} from 'node:fs';
import {link, mkdir, readdir, rename, rm, rmdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {Volumes} from '../volumes.ts';
import {answerEmpty, answerJson, type Exchange, RestError} from './exchange.ts';

export interface FilesRestOptions {
  readonly volumes: Volumes;
  readonly catalog: string;
  /** A name for a file that is on its way, never given twice. */
  readonly newName: () => string;
  /** Where a file lies until it is whole: on the same disk as the volumes. */
  readonly uploads: string;
}

const pageSizeMax = 1000;

/** A path in a volume, and what is there on this machine. */
interface Place {
  readonly volumePath: string;
  readonly localPath: string;
  readonly facts: Awaited<ReturnType<typeof stat>> | undefined;
}

/** The Files API, 2.0: `/api/2.0/fs/files/Volumes/…` and `/api/2.0/fs/directories/Volumes/…`. */
export async function answerFiles(exchange: Exchange, options: FilesRestOptions): Promise<boolean> {
  const {segments, method} = exchange;
  const [api, version, fs, kind, ...parts] = segments;
  if (api !== 'api' || version !== '2.0' || fs !== 'fs') return false;
  const verbs = kind === 'files' ? fileVerbs : kind === 'directories' ? folderVerbs : undefined;
  const verb = verbs?.[method];
  if (!verb) return false;
  await verb(exchange, await placeOf(parts, options), options);
  return true;
}

type Verb = (exchange: Exchange, place: Place, options: FilesRestOptions) => Promise<void>;

const fileVerbs: Readonly<Record<string, Verb>> = {
  PUT: putFile,
  GET: getFile,
  HEAD: async (exchange, place) => answerEmpty(exchange, 200, fileHeaders(place)),
  DELETE: async (exchange, place) => {
    fileHeaders(place);
    await rm(place.localPath);
    answerEmpty(exchange, 204);
  },
};

const folderVerbs: Readonly<Record<string, Verb>> = {
  PUT: putFolder,
  GET: listFolder,
  HEAD: async (exchange, place) => {
    checkFolder(place);
    answerEmpty(exchange, 200);
  },
  DELETE: removeFolder,
};

/** No part may lead out of the volume: not `..`, not an escaped slash, not an empty name. */
async function placeOf(parts: readonly string[], {volumes, catalog}: FilesRestOptions): Promise<Place> {
  const trimmed = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  const unsafe = (part: string): boolean => /^\.{0,2}$|[/\\\0]/.test(part);
  if (trimmed[0] !== 'Volumes' || trimmed.some(unsafe)) {
    throw new RestError(400, 'INVALID_PARAMETER_VALUE', 'The path is no path in a volume');
  }
  const [, inCatalog = '', schema = '', name = '', ...inside] = trimmed;
  const volume = {schema: schema.toLowerCase(), name: name.toLowerCase()};
  if (inCatalog.toLowerCase() !== catalog.toLowerCase() || name === '' || !(await volumes.exists(volume))) {
    throw notFound('The volume does not exist');
  }
  const localPath = path.join(volumes.folderOf(volume), ...inside);
  const facts = await stat(localPath).catch(() => undefined);
  return {volumePath: `/${trimmed.join('/')}`, localPath, facts};
}

const notFound = (message: string): RestError => new RestError(404, 'NOT_FOUND', message);

function fileHeaders({facts}: Place): Readonly<Record<string, string | number>> {
  if (!facts?.isFile()) throw notFound('The file being accessed is not found');
  return {
    'content-type': 'application/octet-stream',
    'content-length': Number(facts.size),
    'last-modified': facts.mtime.toUTCString(),
  };
}

function checkFolder({facts}: Place): void {
  if (!facts?.isDirectory()) throw notFound('The directory being accessed is not found');
}

/** Takes the whole body first, so that a file is there whole or not at all; folders above it are made. */
async function putFile({request, query, response}: Exchange, place: Place, options: FilesRestOptions): Promise<void> {
  const exists = new RestError(409, 'ALREADY_EXISTS', 'The file being created already exists');
  const overwrite = query.get('overwrite') !== 'false';
  if (place.facts?.isDirectory() || (place.facts && !overwrite)) throw exists;
  await mkdir(options.uploads, {recursive: true});
  const upload = path.join(options.uploads, options.newName());
  try {
    await pipeline(request, createWriteStream(upload));
    await options.volumes.stamp(upload);
    await makeFolders(path.dirname(place.localPath));
    // Another may have put it meanwhile: a link, unlike a rename, does not go over what is there.
    if (overwrite) await rename(upload, place.localPath);
    else await link(upload, place.localPath).catch(() => Promise.reject(exists));
  } finally {
    await rm(upload, {force: true});
  }
  answerEmpty({response}, 204);
}

async function makeFolders(folder: string): Promise<void> {
  await mkdir(folder, {recursive: true}).catch(() => {
    throw new RestError(409, 'ALREADY_EXISTS', 'A file stands where a directory is needed');
  });
}

async function getFile({response}: Exchange, place: Place): Promise<void> {
  response.writeHead(200, fileHeaders(place));
  await pipeline(createReadStream(place.localPath), response);
}

async function putFolder(exchange: Exchange, {localPath, facts}: Place, {volumes}: FilesRestOptions): Promise<void> {
  if (facts?.isFile()) throw new RestError(409, 'ALREADY_EXISTS', 'A file stands where the directory is to be');
  await makeFolders(localPath);
  if (!facts) await volumes.stamp(localPath);
  answerEmpty(exchange, 204);
}

async function listFolder(exchange: Exchange, place: Place): Promise<void> {
  checkFolder(place);
  const {query} = exchange;
  const asked = Number(query.get('page_size') ?? pageSizeMax) || pageSizeMax;
  const size = Math.max(1, Math.min(asked, pageSizeMax));
  const after = Buffer.from(query.get('page_token') ?? '', 'base64url').toString('utf8');
  const names = (await readdir(place.localPath)).toSorted().filter(name => name > after);
  const page = names.slice(0, size);
  const contents = (await Promise.all(page.map(name => entryOf(place, name)))).filter(entry => entry !== undefined);
  const last = page.at(-1);
  const more = names.length > size && last !== undefined;
  answerJson(exchange, 200, {
    ...(contents.length > 0 ? {contents} : {}),
    ...(more ? {next_page_token: Buffer.from(last, 'utf8').toString('base64url')} : {}),
  });
}

async function entryOf({localPath, volumePath}: Place, name: string): Promise<object | undefined> {
  const facts = await stat(path.join(localPath, name)).catch(() => undefined);
  if (!facts) return undefined;
  return {
    name,
    path: `${volumePath}/${name}`,
    is_directory: facts.isDirectory(),
    ...(facts.isFile() ? {file_size: facts.size} : {}),
    last_modified: Math.trunc(facts.mtimeMs),
  };
}

async function removeFolder(exchange: Exchange, place: Place): Promise<void> {
  checkFolder(place);
  const isRoot = place.volumePath.split('/').length <= 5;
  if (isRoot) throw new RestError(400, 'INVALID_PARAMETER_VALUE', 'A volume is dropped by SQL or Unity Catalog');
  const reason = {'@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'FILES_API_DIRECTORY_IS_NOT_EMPTY'};
  await rmdir(place.localPath).catch(() => {
    throw new RestError(400, 'BAD_REQUEST', 'The directory being deleted is not empty', [reason]);
  });
  answerEmpty(exchange, 204);
}
