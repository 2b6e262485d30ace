/** Chance that repeats itself: the same seed and name give the same draws. */
export class Chance {
  #state: number;

  constructor(seed: number, name = '') {
    let state = seed >>> 0;
    for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 2_654_435_761) >>> 0;
    this.#state = state;
  }

  /** From 0 (included) to 1 (excluded). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** True in so many of a hundred cases. */
  inHundred(cases: number): boolean {
    return this.fraction() * 100 < cases;
  }

  pick<T>(things: readonly T[]): T {
    const thing = things[this.whole(0, things.length - 1)];
    if (thing === undefined) throw new RangeError('nothing to pick from');
    return thing;
  }
}
