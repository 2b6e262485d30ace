import {release} from '../base/release.ts';

/** Shorter texts are copied here character by character: the call into the engine costs more than the copy. */
const shortText = 32;
const firstBytes = 1 << 12;
/** Room for what a page has before its values, so that most pages need not be copied to stand behind it. */
const headRoom = 1 << 10;
/** What a page of a quarter of a megabyte takes, with the last of its values. */
const usualBytesMax = 5 << 16;

/** Texts one behind the other as Parquet's PLAIN encoding has them: the length in four bytes, then UTF-8. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #end = headRoom;

  /** Bytes written so far. */
  get length(): number {
    return this.#end - headRoom;
  }

  put(text: string): void {
    // A UTF-16 unit takes three bytes at most. For long texts it pays to count.
    this.#reserve(4 + (text.length < 1 << 16 ? text.length * 3 : Buffer.byteLength(text)));
    const bytes = this.#bytes;
    const at = this.#end + 4;
    const size = text.length < shortText && putAscii(bytes, at, text) ? text.length : bytes.write(text, at, 'utf8');
    bytes[at - 4] = size;
    bytes[at - 3] = size >>> 8;
    bytes[at - 2] = size >>> 16;
    bytes[at - 1] = size >>> 24;
    this.#end = at + size;
  }

  /** What was written, behind another part. The buffer is empty after it, and what it gave holds until the next put. */
  takeBehind(head: Uint8Array): Buffer {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#end = headRoom;
    // One value of many megabytes must not keep its room for ever.
    if (bytes.length > usualBytesMax) this.#bytes = Buffer.allocUnsafe(firstBytes);
    if (head.length > headRoom) return Buffer.concat([head, bytes.subarray(headRoom, end)]);
    bytes.set(head, headRoom - head.length);
    return bytes.subarray(headRoom - head.length, end);
  }

  /** Gives the room back; what was taken before holds no longer. The buffer has to be empty. */
  release(): void {
    release(this.#bytes);
    this.#bytes = Buffer.allocUnsafe(firstBytes);
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(this.#bytes.length * 2, usualBytesMax)));
    this.#bytes.copy(grown, 0, 0, this.#end);
    release(this.#bytes);
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
