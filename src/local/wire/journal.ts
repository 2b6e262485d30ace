import {appendFileSync, existsSync, readFileSync} from 'node:fs';

/**
 * Entries by key that outlive the process: each change is a line behind the others, and the last line of a key counts.
 * A line that was cut off when the process died was answered to nobody.
 */
export class Journal<Entry> {
  readonly #file: string;
  readonly #entries = new Map<string, Entry>();

  constructor(file: string) {
    this.#file = file;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines) {
      const {key, entry} = JSON.parse(line) as {key: string; entry: Entry | null};
      if (entry === null) this.#entries.delete(key);
      else this.#entries.set(key, entry);
    }
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  values(): readonly Entry[] {
    return [...this.#entries.keys()].toSorted().flatMap(key => this.#entries.get(key) ?? []);
  }

  set(key: string, entry: Entry): void {
    this.#write(key, entry);
    this.#entries.set(key, entry);
  }

  delete(key: string): void {
    this.#write(key, null);
    this.#entries.delete(key);
  }

  #write(key: string, entry: Entry | null): void {
    appendFileSync(this.#file, `${JSON.stringify({key, entry})}\n`);
  }
}
