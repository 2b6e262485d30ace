import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';

const inflate = promisify(gunzip);
/** No deflated byte becomes more than this. */
const ratioMax = 1032;
const trailerBytes = 4;
/** What the trailer does not tell comes by so much. */
const roomMin = 1 << 14;

/**
 * A gzipped body as it was, or undefined where it is longer than `bytesMax`. It is unzipped in one piece, on another
 * thread, into room of the size that its trailer tells: by way of a stream it would come in thousands of pieces, and be
 * there twice. Rejects with zlib's error, which bears a code, for what is no gzip or was cut off.
 */
export async function unzip(body: Buffer, bytesMax: number): Promise<Buffer | undefined> {
  try {
    return await inflate(body, {chunkSize: roomFor(body, bytesMax), maxOutputLength: bytesMax});
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/** The trailer is believed only as far as the body can make it true. */
function roomFor(body: Buffer, bytesMax: number): number {
  const told = body.length < trailerBytes ? 0 : body.readUInt32LE(body.length - trailerBytes);
  return Math.min(told, bytesMax, body.length * ratioMax) + roomMin;
}
