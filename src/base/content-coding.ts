import {promisify} from 'node:util';
import {brotliDecompress, gunzip, inflate} from 'node:zlib';
import {SyncError} from './errors.ts';

/** No deflated byte becomes more than this. */
const ratioMax = 1032;
const trailerBytes = 4;
/** Room for a body that does not state its size, and beside the size that it states. */
const roomMin = 1 << 14;

interface Bounds {
  readonly chunkSize: number;
  readonly maxOutputLength: number;
}

type Decoder = (body: Buffer, bounds: Bounds) => Promise<Buffer>;

const gzip: Decoder = promisify(gunzip);

/** Only gzip is asked for. The other codings come from proxies that pack an answer again. */
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Decodes a body by its `content-encoding`, whose case does not matter; gives undefined if the result is longer than
 * `bytesMax`. A body without bytes is empty, whatever its coding: refusals often name gzip and send nothing. It is
 * decoded in one piece, on another thread, into room of the size that its trailer states: a stream would give thousands
 * of pieces and hold the body twice.
 * @throws SyncError `protocol` for an unknown coding; zlib's error, which has a code, for a body that is damaged or cut
 */
export async function decodeBody(
  body: Buffer,
  {coding, bytesMax}: {readonly coding: unknown; readonly bytesMax: number},
): Promise<Buffer | undefined> {
  const name = String(coding ?? '')
    .trim()
    .toLowerCase();
  if (body.length === 0 || isPlain(coding)) return body.length > bytesMax ? undefined : body;
  const decode = decoders.get(name);
  if (!decode) throw unknownCoding(name);
  try {
    const chunkSize = decode === gzip ? roomFor(body, bytesMax) : roomMin;
    return await decode(body, {chunkSize, maxOutputLength: bytesMax});
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/** Whether a body with this `content-encoding` is sent as it is. */
export const isPlain = (coding: unknown): boolean => /^\s*(?:identity)?\s*$/i.test(String(coding ?? ''));

/** Other servers choose the word, so only what looks like the name of a coding is shown. */
function unknownCoding(name: string): SyncError {
  const shown = /^[a-z\d-]+(?:\s*,\s*[a-z\d-]+)*$/.test(name) && name.length <= 60 ? name : 'an unknown one';
  return new SyncError('protocol', `an answer is packed with the content-encoding ${shown}, which cannot be read`, {
    hint: 'Only gzip was asked for. A proxy between here and there packs answers again: exempt this host from it.',
    facts: {coding: shown},
  });
}

/** The trailer is believed only as far as the body can make it true. */
function roomFor(body: Buffer, bytesMax: number): number {
  const stated = body.length < trailerBytes ? 0 : body.readUInt32LE(body.length - trailerBytes);
  return Math.min(stated, bytesMax, body.length * ratioMax) + roomMin;
}
