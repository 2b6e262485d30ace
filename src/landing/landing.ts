/**
 * Loads in the volume: parts, the manifest that seals them, what waits, and what may go. The room promises that a
 * sealed load's parts are there in full size, that no name is used twice, and that only finished or forsaken folders
 * are removed; beside them the mirror and the notes of runs that woke nobody, each believed only as it was written. It
 * does not look into the parts and decides nothing.
 */
import {hash} from 'node:crypto';
import {SyncError} from '../base/errors.ts';
import type {Manifest, PartFile} from '../model/load.ts';
import {type LoadId, loadId, type ResourceName, resourceName} from '../model/names.ts';
import type {FileEntry, Files, Landing, Pending} from '../model/ports.ts';
import {confirmSize} from './confirmed-size.ts';
import {digestOf, manifestBytes, parseManifest} from './manifest.ts';
import {stateFolder} from './run-state.ts';

export {openMirror} from './mirror.ts';
export {openRunNotes} from './run-notes.ts';
export {stateFolder} from './run-state.ts';

export interface LandingOptions {
  readonly files: Files;
  /** The volume's path: `/Volumes/<catalog>/<schema>_staging/landing`. */
  readonly volumeFolder: string;
  /** How long the folders of finished loads are kept, in milliseconds. */
  readonly retentionMs: number;
}

const manifestName = 'load.json';
const dayMs = 24 * 60 * 60 * 1000;

export function openLanding({files, volumeFolder, retentionMs}: LandingOptions): Landing {
  const folderOf = (resource: string, load: string): string => `${volumeFolder}/${resource}/${load}`;

  return {
    async put({resource, loadId: load, file, bytes}, signal) {
      await files.put(`${folderOf(resource.name, load)}/${file.name}`, bytes, signal);
    },

    async putHeld({resource, loadId: load, file, bytes}, signal) {
      await files.put(`${folderOf(resource.name, load)}/${file.name}`, bytes, signal);
    },

    async readHeld({resource, loadId: load}, signal) {
      const folder = folderOf(resource.name, load);
      const manifest = await readManifest(files, {resource: resource.name, loadId: load, path: folder}, signal);
      const file = 'manifest' in manifest ? manifest.manifest.held : undefined;
      const bytes = file && (await files.read(`${folder}/${file.name}`, signal));
      return bytes && hash('sha256', bytes, 'hex') === file.sha256 ? bytes : undefined;
    },

    async seal(manifest, signal) {
      const folder = folderOf(manifest.resource, manifest.loadId);
      for (const file of [...manifest.files, ...(manifest.held ? [manifest.held] : [])])
        await confirmSize(files, `${folder}/${file.name}`, file.bytes, signal);
      const bytes = manifestBytes(manifest);
      await files.put(`${folder}/${manifestName}`, bytes, signal);
      await confirmSize(files, `${folder}/${manifestName}`, bytes.length, signal);
    },

    async discard(resource, load) {
      await removeFolder(files, folderOf(resource.name, load)).catch(() => undefined);
    },

    async pending(finished, signal) {
      const folders = (await listLoads(files, volumeFolder, signal)).filter(({loadId: id}) => !finished.has(id));
      const read = await Promise.all(folders.map(folder => readManifest(files, folder, signal)));
      return sortPending(read);
    },

    digestOf,

    pathOf: (manifest: Manifest, file: PartFile) => `${folderOf(manifest.resource, manifest.loadId)}/${file.name}`,

    async prune(resources, finished, signal) {
      const removed: LoadId[] = [];
      const own = new Set<string>(resources.map(({name}) => name));
      const folders = (await listLoads(files, volumeFolder, signal)).filter(({resource}) => own.has(resource));
      // One instant for all: what finished together is removed together.
      const nowMs = Math.max(...folders.map(folder => folder.listedAt.getTime()));
      for (const folder of folders) {
        const finishedAt = finished.get(folder.loadId);
        const done = finishedAt ? nowMs - finishedAt.getTime() > retentionMs : await isForsaken(files, folder, signal);
        if (!done) continue;
        await removeFolder(files, folder.path, signal);
        removed.push(folder.loadId);
      }
      return removed;
    },
  };
}

interface LoadFolder {
  readonly resource: ResourceName;
  readonly loadId: LoadId;
  readonly path: string;
  readonly modifiedAt: Date;
  readonly listedAt: Date;
}

async function listLoads(files: Files, volumeFolder: string, signal?: AbortSignal): Promise<readonly LoadFolder[]> {
  const resources = (await files.list(volumeFolder, signal)).filter(
    entry => entry.folder && !entry.name.startsWith('.') && entry.name !== stateFolder,
  );
  const lists = await Promise.all(
    resources.map(async resource => {
      const entries = (await files.list(resource.path, signal)).filter(entry => entry.folder);
      return entries.map(entry => toLoadFolder(resource, entry));
    }),
  );
  return lists.flat();
}

const toLoadFolder = (resource: FileEntry, entry: FileEntry): LoadFolder => ({
  resource: resourceName(resource.name),
  loadId: loadId(entry.name),
  path: entry.path,
  modifiedAt: entry.modifiedAt,
  listedAt: entry.listedAt,
});

/** Where a load lies. */
type Folder = Pick<LoadFolder, 'resource' | 'loadId' | 'path'>;

type Read = {readonly folder: Folder} & ({readonly manifest: Manifest} | {readonly reason: string | undefined});

async function readManifest(files: Files, folder: Folder, signal?: AbortSignal): Promise<Read> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await files.read(`${folder.path}/${manifestName}`, signal);
  } catch (thrown) {
    // One that is no answer's size is nobody's manifest, and holds up no other load.
    if (!(thrown instanceof SyncError) || thrown.kind !== 'protocol') throw thrown;
    return {folder, reason: "load.json can't be read whole"};
  }
  // Without load.json the load is not sealed: it is being written, or its writer died.
  return bytes === undefined ? {folder, reason: undefined} : {folder, ...parseManifest(bytes, folder)};
}

function sortPending(read: readonly Read[]): Pending {
  const loads = read.flatMap(each => ('manifest' in each ? [each.manifest] : []));
  const unusable = read.flatMap(each =>
    'manifest' in each || each.reason === undefined
      ? []
      : [{resource: each.folder.resource, loadId: each.folder.loadId, reason: each.reason}],
  );
  return {loads: loads.sort((a, b) => a.sequence - b.sequence), unusable};
}

/**
 * Unsealed, and so old by the server's clock that no run can still be writing it. An empty folder is what a run left
 * that died while it removed one.
 */
async function isForsaken(files: Files, folder: LoadFolder, signal?: AbortSignal): Promise<boolean> {
  const entries = await files.list(folder.path, signal);
  if (entries.some(entry => entry.name === manifestName)) return false;
  const aged = entries.length > 0 ? entries : [folder];
  return aged.every(({listedAt, modifiedAt}) => listedAt.getTime() - modifiedAt.getTime() > dayMs);
}

async function removeFolder(files: Files, path: string, signal?: AbortSignal): Promise<void> {
  // The manifest goes first: a folder half removed must not look sealed.
  const entries = [...(await files.list(path, signal))].sort(
    (a, b) => Number(b.name === manifestName) - Number(a.name === manifestName),
  );
  for (const entry of entries) await files.remove({path: entry.path, folder: entry.folder}, signal);
  await files.remove({path, folder: true}, signal);
}
