import {hash} from 'node:crypto';
import {canonicalNumber, isJsonObject, isRawNumber, type Json, type JsonObject} from '../base/exact-json.ts';
import {dropMetadata, metadataPaths, type Step} from './metadata.ts';
import {type Shape, Shapes} from './shapes.ts';

/** Properties that change without a change of content, at any depth. */
const unseen = ['lastModifiedDateTime', 'lastModified', 'timeStamp', 'metadata', 'errorInfo'];

export interface ObjectContent {
  /** `_record`: the JSON as received. */
  readonly text: string;
  /** `_hash`: 32 hexadecimal digits. */
  readonly hash: string;
}

/**
 * The content of the objects of one table: their JSON without `metadata` and without the arrays that have a table,
 * and a hash of exactly that, blind to the order of names and to re-stamps. For the hash an object becomes a flat list
 * of its values, in the order of their names, that is written by JSON.stringify at the engine's own speed.
 */
export class Content {
  readonly #withheld: readonly string[];
  readonly #own: Shapes;
  readonly #below = new Shapes({unseen, withheld: []});
  /** The shapes last met: of the object itself, and of what is kept in an array's place. */
  readonly #first: Array<Shape | undefined> = [];
  readonly #path: Step[] = [];
  #metadataPaths: Step[][] = [];
  #flat: Json[] = [];

  /** @param withheld the properties whose arrays have a table of their own */
  constructor(withheld: readonly string[]) {
    this.#withheld = withheld;
    this.#own = new Shapes({unseen, withheld});
  }

  of(object: JsonObject): ObjectContent {
    this.#flat = [];
    this.#metadataPaths = [];
    this.#addObject(object, this.#own, this.#first, 0);
    for (const name of this.#withheld) this.#addKept(name, object[name]);
    const digest = hash('sha256', JSON.stringify(this.#flat), 'buffer').toString('hex', 0, 16);
    return {text: JSON.stringify(this.#bare(object)), hash: digest};
  }

  #bare(object: JsonObject): JsonObject {
    const bare: Record<string, Json | undefined> = {...object};
    if (bare['metadata'] !== undefined) bare['metadata'] = undefined;
    for (const name of this.#withheld) {
      if (bare[name] !== undefined && isArrayOrNull(bare[name])) bare[name] = undefined;
    }
    for (const path of this.#metadataPaths) dropMetadata(bare, path);
    return bare;
  }

  /** What stands where an array was promised has no table, and so is content of the object itself. */
  #addKept(name: string, value: Json | undefined): void {
    if (value === undefined || isArrayOrNull(value)) return;
    this.#flat.push(['kept', name]);
    this.#path.push(name);
    this.#add(value, this.#first, 1);
    this.#path.pop();
  }

  #addObject(object: JsonObject, shapes: Shapes, above: Array<Shape | undefined>, at: number): void {
    const shape = shapes.of(Object.keys(object), above[at]);
    above[at] = shape;
    const values = Object.values(object);
    if (shape.hasMetadata && shapes === this.#below) this.#metadataPaths.push([...this.#path]);
    this.#flat.push(shape.mark);
    for (const place of shape.order) {
      const value = values[place];
      if (typeof value === 'object' && value !== null) {
        this.#path.push(shape.names[place] ?? '');
        this.#add(value, shape.below, place);
        this.#path.pop();
      } else this.#addScalar(value);
    }
    for (const place of shape.asides) {
      this.#metadataPaths.push(...metadataPaths(values[place], [...this.#path, shape.names[place] ?? '']));
    }
  }

  /** @param above where the shapes of the values around it are remembered, this one's at `at` */
  #add(value: Json, above: Array<Shape | undefined>, at: number): void {
    if (isJsonObject(value)) this.#addObject(value, this.#below, above, at);
    else if (isRawNumber(value)) this.#flat.push(numberMark(value.rawJSON));
    else if (typeof value === 'object' && value !== null) {
      this.#flat.push([value.length]);
      for (const [index, item] of value.entries()) {
        this.#path.push(index);
        this.#add(item, above, at);
        this.#path.pop();
      }
    } else this.#addScalar(value);
  }

  /** Marks are arrays, which no scalar is: so that no two contents give one list. */
  #addScalar(value: null | boolean | number | string | undefined): void {
    const plain = typeof value !== 'number' || isPlain(value);
    this.#flat.push(plain ? (value ?? null) : numberMark(String(value)));
  }
}

const isArrayOrNull = (value: Json | undefined): boolean => value === null || Array.isArray(value);

/** Whether JSON.stringify writes a double without an exponent. */
const isPlain = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21);

/** One thing for each number, whether a double holds it or only its text does. */
function numberMark(text: string): Json {
  const double = Number(text);
  const canonical = canonicalNumber(text);
  return isPlain(double) && canonicalNumber(String(double)) === canonical ? double : ['number', canonical];
}
