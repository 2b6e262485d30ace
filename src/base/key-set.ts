/** Half of the slots may be taken before the table doubles. */
const load = 0.5;

/**
 * A set of texts that holds 64 bits of a hash of each, 16 to 32 bytes a text, so that passes of millions of records
 * can be counted. That two texts among ten million are taken for one has a chance of three in a million.
 */
export class KeySet {
  /** Two words for each slot; both zero where it is free. */
  #slots = new Uint32Array(2048);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    const {low, high} = hash64(key);
    return this.#slots[find(this.#slots, low, high) + 1] !== 0;
  }

  /** True when the text is new. */
  add(key: string): boolean {
    const {low, high} = hash64(key);
    return this.#put(low, high);
  }

  copy(): KeySet {
    const copy = new KeySet();
    copy.#slots = this.#slots.slice();
    copy.#size = this.#size;
    return copy;
  }

  /** The same for the same texts in any order. */
  get digest(): string {
    let [low, high, mixed] = [0, 0, 0];
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [one = 0, other = 0] = [this.#slots[at], this.#slots[at + 1]];
      if (other === 0) continue;
      low = (low + one) >>> 0;
      high = (high + other) >>> 0;
      mixed = (mixed + Math.imul(one ^ 0x9e3779b9, other | 1)) >>> 0;
    }
    return [this.#size, low, high, mixed].join('-');
  }

  /** The hashes alone, 8 bytes each, in no order. */
  toBytes(): Uint8Array {
    const words = new Uint32Array(this.#size * 2);
    let to = 0;
    for (let at = 0; at < this.#slots.length; at += 2) {
      const high = this.#slots[at + 1] ?? 0;
      if (high === 0) continue;
      words[to++] = this.#slots[at] ?? 0;
      words[to++] = high;
    }
    return new Uint8Array(words.buffer);
  }

  /** The set that these bytes were made of. */
  static fromBytes(bytes: Uint8Array): KeySet {
    const set = new KeySet();
    // A copy of its own: a Buffer is a part of a larger memory, and need not begin at a whole word.
    const words = new Uint32Array(new Uint8Array(bytes).buffer);
    for (let at = 0; at + 1 < words.length; at += 2) set.#put(words[at] ?? 0, words[at + 1] ?? 0);
    return set;
  }

  #put(low: number, high: number): boolean {
    const at = find(this.#slots, low, high);
    if (this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    this.#size++;
    if (this.#size > (this.#slots.length / 2) * load) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    const grown = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (high === 0) continue;
      const to = find(grown, low, high);
      grown[to] = low;
      grown[to + 1] = high;
    }
    this.#slots = grown;
  }
}

/** The index of the slot that holds the hash, or of the free one where it belongs. */
function find(slots: Uint32Array, low: number, high: number): number {
  const mask = slots.length / 2 - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * 2;
    if (slots[at + 1] === 0 || (slots[at] === low && slots[at + 1] === high)) return at;
  }
}

/**
 * Two MurmurHash3 of 32 bits, of different seeds, over the code units and their number; mixed once more, so that each
 * word depends on both. Of code units, not of UTF-8, which makes one text of all lone surrogates. A keyed or
 * cryptographic hash is not asked for: who chose the keys of his own books so that they collide would only be told that
 * his list is incomplete. The high word is never zero.
 */
function hash64(key: string): {readonly low: number; readonly high: number} {
  let low = 0x9747b28c;
  let high = 0x3c6ef372;
  for (let index = 0; index < key.length; index += 2) {
    const pair = key.charCodeAt(index) | (index + 1 < key.length ? key.charCodeAt(index + 1) << 16 : 0);
    const mixed = Math.imul(rotated(Math.imul(pair, 0xcc9e2d51), 15), 0x1b873593);
    low = (Math.imul(rotated(low ^ mixed, 13), 5) + 0xe6546b64) | 0;
    const other = Math.imul(rotated(Math.imul(pair, 0x239b961b), 16), 0xab0e9789);
    high = (Math.imul(rotated(high ^ other, 17), 5) + 0x561ccd1b) | 0;
  }
  low = avalanche(low ^ key.length);
  high = avalanche(high ^ key.length ^ low);
  low = avalanche(low + high);
  return {low: low >>> 0, high: high >>> 0 || 1};
}

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
