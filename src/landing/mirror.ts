import {hash} from 'node:crypto';
import type {Clock} from '../base/clock.ts';
import {isJsonObject, type Json, type JsonObject, parseExactJson} from '../base/exact-json.ts';
import type {Mirror, MirrorFile, MirrorFound} from '../model/mirror.ts';
import type {FileEntry, Files} from '../model/ports.ts';
import {stateFolder} from './run-state.ts';

export interface MirrorOptions {
  readonly files: Files;
  /** The volume's path: `/Volumes/<catalog>/<schema>_staging/landing`. */
  readonly volumeFolder: string;
  /** Tells when the file was written where the server tells no time: before there is any file. */
  readonly clock: Clock;
}

/** The version of `mirror.json`: raised whenever its content means something else. */
const version = 1;
const fileName = 'mirror.json';
const believedMaxMs = 24 * 60 * 60 * 1000;
/** The server's answers come from several machines, whose clocks differ a little. */
const aheadMaxMs = 5 * 60 * 1000;

/** The mirror as `run-state/mirror.json`: its version, the digest of its content, and the content. */
export function openMirror({files, volumeFolder, clock}: MirrorOptions): MirrorFile {
  const folder = `${volumeFolder}/${stateFolder}`;
  const path = `${folder}/${fileName}`;

  return {
    async read(signal) {
      // The listing tells the file's age with both ends by the server's clock.
      const entry = (await files.list(folder, signal)).find(({name}) => name === fileName);
      const bytes = entry && (await files.read(path, signal));
      return bytes ? foundIn(bytes, {entry, volumeFolder}) : {state: 'missing'};
    },

    async write(mirror, signal) {
      const writtenAt = await serverTime({files, folders: [folder, volumeFolder], clock}, signal);
      const content = {volume: volumeFolder, ...mirror, writtenAt: writtenAt.toISOString()};
      const text = JSON.stringify({version, sha256: digestOf(content), content}, undefined, 1);
      await files.put(path, new TextEncoder().encode(text), signal);
    },
  };
}

const digestOf = (content: object): string => hash('sha256', JSON.stringify(content), 'hex');

async function serverTime(
  {files, folders, clock}: {files: Files; folders: readonly string[]; clock: Clock},
  signal?: AbortSignal,
): Promise<Date> {
  for (const folder of folders) {
    const [entry] = await files.list(folder, signal);
    if (entry) return entry.listedAt;
  }
  return clock.now();
}

function foundIn(bytes: Uint8Array, at: {readonly entry: FileEntry; readonly volumeFolder: string}): MirrorFound {
  const read = readMirror(bytes, at.volumeFolder);
  if (typeof read === 'string') return {state: 'unusable', reason: read};
  const listedMs = at.entry.listedAt.getTime();
  const writtenMs = Date.parse(read.writtenAt);
  if (writtenMs > listedMs + aheadMaxMs) return {state: 'unusable', reason: 'it was written in the future'};
  // A copy put back is younger than what it says, and a file may be older than what it says: the greater age counts.
  const ageMs = listedMs - Math.min(writtenMs, at.entry.modifiedAt.getTime());
  return {state: ageMs > believedMaxMs ? 'stale' : 'believed', mirror: read};
}

/** The mirror, or why it can't be one. */
function readMirror(bytes: Uint8Array, volumeFolder: string): Mirror | string {
  let parsed: Json;
  try {
    parsed = parseExactJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    return 'it is no JSON: it was cut off or overwritten';
  }
  const {version: found, sha256, content} = isJsonObject(parsed) ? parsed : {};
  if (found !== version) return `it is not of version ${version}`;
  if (!isJsonObject(content) || digestOf(content) !== sha256) return 'it was edited: its digest is another one';
  if (content['volume'] !== volumeFolder) return 'it is the mirror of another place';
  const wrong = wrongFields(content);
  if (wrong.length > 0) return `it lacks or spoils ${wrong.join(', ')}`;
  const {volume: _volume, ...mirror} = content;
  return mirror as unknown as Mirror;
}

function wrongFields(content: JsonObject): readonly string[] {
  const lists = ['companies', 'checkpoints', 'finished', 'privacy', 'again'].filter(
    name => !isListOfObjects(content[name]),
  );
  const maps = ['tables', 'consumed'].filter(name => !isMapOfCommits(content[name]));
  const standing = content['standing'];
  const isStanding =
    standing === undefined ||
    (isJsonObject(standing) && isListOfObjects(standing['periods']) && isListOfObjects(standing['ledgers']));
  const writtenAt = content['writtenAt'];
  const dated = typeof writtenAt === 'string' && !Number.isNaN(Date.parse(writtenAt));
  return [...lists, ...maps, ...(isStanding ? [] : ['standing']), ...(dated ? [] : ['writtenAt'])];
}

const isListOfObjects = (value: Json | undefined): boolean => Array.isArray(value) && value.every(isJsonObject);
const isMapOfCommits = (value: Json | undefined): boolean =>
  isJsonObject(value) && Object.values(value).every(Number.isSafeInteger);
