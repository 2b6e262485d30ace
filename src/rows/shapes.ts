import {hash} from 'node:crypto';

/** What the names of an object, in the order received, mean for its hash. */
export interface Shape {
  readonly names: readonly string[];
  /** The places of the values that count, in the order of their names. */
  readonly order: readonly number[];
  /** Stands for the names that count. */
  readonly mark: readonly [string];
  readonly hasMetadata: boolean;
  /** The places of values that stand in the record and do not count. */
  readonly asides: readonly number[];
  /** The shape that was last met under each place. */
  readonly below: Array<Shape | undefined>;
}

/** The shapes met so far. An API repeats a few of them without end, so that each is worked out once. */
export class Shapes {
  readonly #unseen: ReadonlySet<string>;
  readonly #withheld: ReadonlySet<string>;
  readonly #known = new Map<string, Shape>();

  /** @param names `unseen` do not count, `withheld` are not looked at */
  constructor({unseen, withheld}: {unseen: readonly string[]; withheld: readonly string[]}) {
    this.#unseen = new Set(unseen);
    this.#withheld = new Set(withheld);
  }

  /** @param likely the shape that came last in the same place */
  of(names: readonly string[], likely: Shape | undefined): Shape {
    if (likely && sameNames(likely.names, names)) return likely;
    const key = JSON.stringify(names);
    let shape = this.#known.get(key);
    if (!shape) {
      shape = this.#shapeOf(names);
      if (this.#known.size < shapesMax) this.#known.set(key, shape);
    }
    return shape;
  }

  #shapeOf(names: readonly string[]): Shape {
    const looked = [...names.entries()].filter(([, name]) => !this.#withheld.has(name));
    const counting = looked
      .filter(([, name]) => !this.#unseen.has(name))
      .sort(([, one], [, other]) => (one < other ? -1 : 1));
    const mark = hash('sha256', JSON.stringify(counting.map(([, name]) => name)), 'base64url').slice(0, 22);
    return {
      names,
      order: counting.map(([place]) => place),
      mark: [mark],
      hasMetadata: names.includes('metadata'),
      asides: looked.filter(([, name]) => this.#unseen.has(name) && name !== 'metadata').map(([place]) => place),
      below: [],
    };
  }
}

/** Objects that are maps, with ever new names, must not fill the memory. */
const shapesMax = 10_000;

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
