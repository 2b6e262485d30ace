import {isJsonObject, type Json, type JsonObject} from '../base/exact-json.ts';

type Own = Record<string, Json | undefined>;

/**
 * Properties that are left out of an object's text. They are taken out while it is written and put back after it: a
 * copy of each object without them would be as large as what was received.
 */
export class Hidden {
  readonly #objects: Own[] = [];
  readonly #names: string[] = [];
  #values: Array<Json | undefined> = [];

  /** Marks a property of the object, or of one inside it. */
  add(object: JsonObject, name: string): void {
    this.#objects.push(object);
    this.#names.push(name);
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
    const [objects, names] = [this.#objects, this.#names];
    this.#values = objects.map((each, index) => each[names[index] ?? '']);
    try {
      this.#set(undefined);
      return JSON.stringify(object);
    } finally {
      this.#set(this.#values);
      this.forget();
    }
  }

  forget(): void {
    this.#objects.length = 0;
    this.#names.length = 0;
    this.#values = [];
  }

  #set(values: ReadonlyArray<Json | undefined> | undefined): void {
    for (const [index, object] of this.#objects.entries()) object[this.#names[index] ?? ''] = values?.[index];
  }
}
