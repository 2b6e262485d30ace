/** What became of a record that a pass met: met for the first time, again the same, again and different. */
export type Sighting = 'new' | 'repeated' | 'changed' | 'contradicted';

export interface Tail {
  /** 32 hexadecimal digits, the same for the same set of records in any order; empty where there is none. */
  readonly digest: string;
  readonly rows: number;
}

const words = 4;

/**
 * The records of one pass, held in 40 bytes each: a hash of the key, the stamp, a digest of the content. From it come
 * the count of distinct keys, what was served twice, and the digest of the tail.
 */
export class SeenRecords {
  #slots = new Int32Array(1024);
  #keys = new Uint32Array(1024);
  #stamps = new Float64Array(512);
  #digests = new Uint32Array(512 * words);
  #count = 0;

  /** Distinct keys met so far. */
  get distinct(): number {
    return this.#count;
  }

  /**
   * Notes one record; of one key the last sighting counts.
   * @param hash 32 hexadecimal digits over the record's key, content and lines
   * @param stampMs its stamp in milliseconds; NaN where it bears none
   */
  add({recordId, hash, stampMs}: {recordId: string; hash: string; stampMs: number}): Sighting {
    const [low, high] = hashText(recordId);
    const slot = this.#slotOf(low, high);
    const held = this.#slots[slot] ?? 0;
    if (held === 0) {
      this.#append({slot, low, high, hash, stampMs});
      return 'new';
    }
    const index = held - 1;
    const sameContent = this.#hasDigest(index, hash);
    const sameStamp = Object.is(this.#stamps[index], stampMs);
    this.#stamps[index] = stampMs;
    this.#setDigest(index, hash);
    if (sameContent) return 'repeated';
    return sameStamp ? 'contradicted' : 'changed';
  }

  /**
   * The records stamped at or after an instant, all of them where none is given. One without a stamp belongs to no
   * window: a list that is asked for changes does not bring it.
   */
  tail(sinceMs: number | undefined): Tail {
    const sum = new Uint32Array(words);
    let rows = 0;
    for (let index = 0; index < this.#count; index++) {
      const stampMs = this.#stamps[index] ?? Number.NaN;
      if (sinceMs !== undefined && !(stampMs >= sinceMs)) continue;
      rows++;
      addWords(sum, this.#digests, index * words);
    }
    return {rows, digest: rows === 0 ? '' : toHex(sum)};
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (;;) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0) return slot;
      if (this.#keys[(held - 1) * 2] === low && this.#keys[(held - 1) * 2 + 1] === high) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #append(entry: {slot: number; low: number; high: number; hash: string; stampMs: number}): void {
    const index = this.#count++;
    if (index >= this.#stamps.length) this.#growEntries();
    this.#keys[index * 2] = entry.low;
    this.#keys[index * 2 + 1] = entry.high;
    this.#stamps[index] = entry.stampMs;
    this.#setDigest(index, entry.hash);
    this.#slots[entry.slot] = index + 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
  }

  #growEntries(): void {
    const size = this.#stamps.length * 2;
    const [keys, stamps, digests] = [this.#keys, this.#stamps, this.#digests];
    this.#keys = new Uint32Array(size * 2);
    this.#stamps = new Float64Array(size);
    this.#digests = new Uint32Array(size * words);
    this.#keys.set(keys);
    this.#stamps.set(stamps);
    this.#digests.set(digests);
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let index = 0; index < this.#count; index++) {
      this.#slots[this.#slotOf(this.#keys[index * 2] ?? 0, this.#keys[index * 2 + 1] ?? 0)] = index + 1;
    }
  }

  #hasDigest(index: number, hash: string): boolean {
    for (let word = 0; word < words; word++) {
      if (this.#digests[index * words + word] !== wordOf(hash, word)) return false;
    }
    return true;
  }

  #setDigest(index: number, hash: string): void {
    for (let word = 0; word < words; word++) this.#digests[index * words + word] = wordOf(hash, word);
  }
}

const wordOf = (hash: string, word: number): number => Number.parseInt(hash.slice(word * 8, word * 8 + 8), 16);

/** Adds 128 bits with carry, so that no order and no pair of equal digests cancels out. */
function addWords(sum: Uint32Array, digests: Uint32Array, offset: number): void {
  let carry = 0;
  for (let word = words - 1; word >= 0; word--) {
    const total = (sum[word] ?? 0) + (digests[offset + word] ?? 0) + carry;
    sum[word] = total;
    carry = total > 0xffffffff ? 1 : 0;
  }
}

const toHex = (sum: Uint32Array): string => [...sum].map(word => word.toString(16).padStart(8, '0')).join('');

/** A 64-bit hash of a text, in two halves. Fast and well spread; what is decided by it is decided with the digest. */
function hashText(text: string): readonly [number, number] {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return [low >>> 0, high >>> 0];
}
