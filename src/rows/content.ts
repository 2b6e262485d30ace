import {hash} from 'node:crypto';
import {canonicalNumber, isJsonObject, isRawNumber, type Json, type JsonObject} from '../base/exact-json.ts';
import {Hidden} from './hidden.ts';
import {type Shape, Shapes} from './shapes.ts';

/** Properties that change without a change of content, at any depth. */
const unseen = ['lastModifiedDateTime', 'lastModified', 'timeStamp', 'metadata', 'errorInfo'];

export interface ObjectContent {
  /** `_record`: the JSON as received. */
  readonly text: string;
  /** `_hash`: 32 hexadecimal digits. */
  readonly hash: string;
  /** What stands in the object, in the order of its shape's names. */
  readonly values: ReadonlyArray<Json | undefined>;
  readonly shape: Shape;
}

/**
 * The content of the objects of one table: their JSON without `metadata` and without the arrays that have a table,
 * and a hash of exactly that, blind to the order of names and to re-stamps. For the hash an object becomes a flat list
 * of its values, in the order of their names, that is written by JSON.stringify at the engine's own speed.
 */
export class Content {
  readonly #withheld: readonly string[];
  readonly #beside: readonly string[];
  readonly #own: Shapes;
  readonly #below = new Shapes({unseen, withheld: []});
  /** The shapes last met: of the object itself, and of what is kept in an array's place. */
  readonly #first: Array<Shape | undefined> = [];
  readonly #hidden = new Hidden();
  #flat: Json[] = [];
  #length = 0;

  /**
   * @param withheld the properties whose arrays have a table of their own
   * @param own what we put beside the record ourselves: it is in the hash, and not in the text
   */
  constructor(withheld: readonly string[], own: readonly string[] = []) {
    this.#withheld = withheld;
    this.#beside = own;
    this.#own = new Shapes({unseen, withheld});
  }

  of(object: JsonObject): ObjectContent {
    // One object is as long as the one before it, mostly: the list need not grow.
    this.#flat = new Array<Json>(this.#flat.length);
    this.#length = 0;
    this.#hidden.forget();
    const values = Object.values(object);
    const shape = this.#shapeOf(object, this.#own, this.#first, 0);
    this.#addObject(object, shape, values);
    for (const name of this.#withheld) this.#addWithheld(object, name);
    for (const name of this.#beside) if (object[name] !== undefined) this.#hidden.add(object, name);
    this.#flat.length = this.#length;
    const digest = hash('sha256', JSON.stringify(this.#flat), 'hex').slice(0, 32);
    return {text: this.#hidden.textOf(object), hash: digest, values, shape};
  }

  /** What stands where an array was promised has no table, and so is content of the object itself. */
  #addWithheld(object: JsonObject, name: string): void {
    const value = object[name];
    if (value === undefined) return;
    if (value === null || Array.isArray(value)) {
      this.#hidden.add(object, name);
      return;
    }
    this.#push(['kept', name]);
    this.#add(value, this.#first, 1);
  }

  #shapeOf(object: JsonObject, shapes: Shapes, above: Array<Shape | undefined>, at: number): Shape {
    const shape = shapes.of(Object.keys(object), above[at]);
    above[at] = shape;
    return shape;
  }

  #addObject(object: JsonObject, shape: Shape, values: ReadonlyArray<Json | undefined>): void {
    if (shape.hasMetadata) this.#hidden.add(object, 'metadata');
    this.#push(shape.mark);
    for (const place of shape.order) {
      const value = values[place];
      if (typeof value === 'object' && value !== null) this.#add(value, shape.below, place);
      else this.#addScalar(value);
    }
    for (const place of shape.asides) this.#hidden.addMetadata(values[place]);
  }

  /** @param above where the shapes of the values around it are remembered, this one's at `at` */
  #add(value: Json, above: Array<Shape | undefined>, at: number): void {
    if (isJsonObject(value)) this.#addObject(value, this.#shapeOf(value, this.#below, above, at), Object.values(value));
    else if (isRawNumber(value)) this.#push(numberMark(value.rawJSON));
    else if (Array.isArray(value)) {
      this.#push([value.length]);
      for (const item of value as readonly Json[]) this.#add(item, above, at);
    } else this.#addScalar(value);
  }

  #push(value: Json): void {
    this.#flat[this.#length++] = value;
  }

  /** Marks are arrays, which no scalar is: so that no two contents give one list. */
  #addScalar(value: Json | undefined): void {
    const plain = typeof value !== 'number' || isPlain(value);
    this.#push(plain ? (value ?? null) : numberMark(String(value)));
  }
}

/** Whether JSON.stringify writes a double without an exponent. */
const isPlain = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21);

/** One thing for each number, whether a double holds it or only its text does. */
function numberMark(text: string): Json {
  const double = Number(text);
  const canonical = canonicalNumber(text);
  return isPlain(double) && canonicalNumber(String(double)) === canonical ? double : ['number', canonical];
}
