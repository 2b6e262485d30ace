import type {FileEntry, Files} from '../../src/model/ports.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
}

/** A volume in memory, with a clock of its own. */
export class MemoryFiles implements Files {
  now = new Date('2026-01-01T00:00:00Z');
  readonly #files = new Map<string, Held>();

  async put(path: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(path, {bytes, modifiedAt: this.now});
  }

  async size(path: string): Promise<number | undefined> {
    return this.#files.get(path)?.bytes.length;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.#files.get(path)?.bytes;
  }

  async list(path: string): Promise<readonly FileEntry[]> {
    const entries = new Map<string, FileEntry>();
    for (const [file, {bytes, modifiedAt}] of this.#files) {
      if (!file.startsWith(`${path}/`)) continue;
      const [name = '', ...deeper] = file.slice(path.length + 1).split('/');
      const folder = deeper.length > 0;
      const entry = {
        name,
        path: `${path}/${name}`,
        folder,
        bytes: folder ? 0 : bytes.length,
        modifiedAt,
        listedAt: this.now,
      };
      entries.set(name, entry);
    }
    return [...entries.values()];
  }

  async remove({path}: {readonly path: string}): Promise<void> {
    this.#files.delete(path);
  }

  truncate(path: string, bytes: number): void {
    const held = this.#files.get(path);
    if (held) this.#files.set(path, {...held, bytes: held.bytes.slice(0, bytes)});
  }

  text(path: string): string {
    return new TextDecoder().decode(this.#files.get(path)?.bytes);
  }
}
