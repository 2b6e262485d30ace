/** Shorter texts are copied here character by character: the call into the engine costs more than the copy. */
const shortText = 32;
const firstBytes = 1 << 12;

/** Texts one behind the other as Parquet's PLAIN encoding has them: the length in four bytes, then UTF-8. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  put(text: string): void {
    // A UTF-16 unit takes three bytes at most. For long texts it pays to count.
    this.#reserve(4 + (text.length < 1 << 16 ? text.length * 3 : Buffer.byteLength(text)));
    const bytes = this.#bytes;
    const at = this.#length + 4;
    const size = text.length < shortText && putAscii(bytes, at, text) ? text.length : bytes.write(text, at, 'utf8');
    bytes[at - 4] = size;
    bytes[at - 3] = size >>> 8;
    bytes[at - 2] = size >>> 16;
    bytes[at - 1] = size >>> 24;
    this.#length = at + size;
  }

  /** What was written, as a copy behind another part; the buffer is empty after it. */
  takeBehind(head: Uint8Array): Buffer {
    const taken = Buffer.concat([head, this.#bytes.subarray(0, this.#length)]);
    this.#length = 0;
    // One value of many megabytes must not keep its room for ever.
    if (this.#bytes.length > 1 << 22) this.#bytes = Buffer.allocUnsafe(firstBytes);
    return taken;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** False where a character is not ASCII; what was copied by then is written over. */
function putAscii(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return false;
    bytes[at + index] = code;
  }
  return true;
}
