import {mkdir, readdir, rm, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import type {Clock} from '../base/clock.ts';
import type {VolumeFolder} from './sql/work.ts';

interface Volume {
  readonly schema: string;
  readonly name: string;
}

/** Volumes as folders: `volumes/<schema>/<volume>/…` below the workspace's own. */
export class Volumes implements VolumeFolder {
  readonly #root: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#root = path.join(folder, 'volumes');
    this.#clock = clock;
  }

  folderOf({schema, name}: Volume): string {
    return path.join(this.#root, folderName(schema), folderName(name));
  }

  async exists(volume: Volume): Promise<boolean> {
    const facts = await stat(this.folderOf(volume)).catch(() => undefined);
    return facts?.isDirectory() ?? false;
  }

  async create(volume: Volume): Promise<void> {
    await mkdir(this.folderOf(volume), {recursive: true});
    await this.stamp(this.folderOf(volume));
  }

  async remove(volume: Volume): Promise<void> {
    await rm(this.folderOf(volume), {recursive: true, force: true});
  }

  async list(schema: string): Promise<readonly string[]> {
    const names = await readdir(path.join(this.#root, folderName(schema))).catch(() => []);
    return names.map(decodeURIComponent).toSorted();
  }

  /** Sets a file's or folder's time by the workspace's clock: it is the server's, and tests hand it in. */
  async stamp(localPath: string): Promise<void> {
    const now = this.#clock.now();
    await utimes(localPath, now, now);
  }
}

/** A name as a folder's: no name may lead out of the volumes, not even `..`. */
const folderName = (name: string): string => encodeURIComponent(name).replaceAll('.', '%2E');
