import {isJsonObject, type Json, type JsonObject} from '../base/exact-json.ts';

type Own = Record<string, Json | undefined>;

/**
 * Properties that are left out of an object's text. They are taken out while it is written and put back after it: a
 * copy of each object without them would be as large as what was received.
 */
export class Hidden {
  readonly #objects: Own[] = [];
  readonly #names: string[] = [];
  readonly #values: Array<Json | undefined> = [];
  #count = 0;

  /** Marks a property of the object, or of one inside it. */
  add(object: JsonObject, name: string): void {
    const at = this.#count++;
    this.#objects[at] = object;
    this.#names[at] = name;
    this.#values[at] = object[name];
  }

  /** Marks `metadata` wherever it stands within a value. */
  addMetadata(value: Json | undefined): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) this.addMetadata(item);
      return;
    }
    if (!isJsonObject(value)) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'metadata') this.add(value, name);
      else this.addMetadata(inner);
    }
  }

  /** The object's JSON without what was marked; nothing is marked after it, and the object is as it was. */
  textOf(object: JsonObject): string {
    try {
      for (let at = 0; at < this.#count; at++) this.#put(at, undefined);
      return JSON.stringify(object);
    } finally {
      for (let at = 0; at < this.#count; at++) this.#put(at, this.#values[at]);
      this.#count = 0;
    }
  }

  /** Nothing is marked any more. */
  forget(): void {
    this.#count = 0;
  }

  #put(at: number, value: Json | undefined): void {
    const object = this.#objects[at];
    if (object) object[this.#names[at] ?? ''] = value;
  }
}
