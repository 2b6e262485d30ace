import got, {type Method, type Response, type StreamOptions} from 'got';
import {decodeBody} from '../base/content-coding.ts';
import {SyncError} from '../base/errors.ts';
import type {Network} from '../base/network.ts';

/** An answer of any status. */
export interface Reply {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Uint8Array;
}

export type Sending = Required<Pick<StreamOptions, 'timeout'>> &
  Pick<StreamOptions, 'headers' | 'body' | 'signal'> & {readonly method: Method};

export interface Exchanging {
  readonly what: string;
  readonly network: Network;
  readonly bytesMax?: number;
}

/** Nothing but a file is larger than this. */
export const answerBytesMax = 16 * 1024 * 1024;

/**
 * One request and its answer, over one connection: no attempt after it, no redirect, certificates verified whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says. Throws got's errors, and `protocol` for an answer that is too large or packed in
 * an unknown way; never for a status.
 */
export async function exchange(
  url: URL,
  sending: Sending,
  {what, network, bytesMax = answerBytesMax}: Exchanging,
): Promise<Reply> {
  try {
    return await exchangeOnce(url, sending, {what, network, bytesMax});
  } catch (thrown) {
    throw network.proxyFailure(thrown, {what, host: url.host}) ?? thrown;
  }
}

async function exchangeOnce(
  url: URL,
  sending: Sending,
  {what, network, bytesMax}: Required<Exchanging>,
): Promise<Reply> {
  const stream = got.stream(url, {
    ...sending,
    headers: {'accept-encoding': 'gzip', ...sending.headers},
    agent: network.agents,
    decompress: false,
    throwHttpErrors: false,
    followRedirect: false,
    retry: {limit: 0},
    https: {rejectUnauthorized: true},
  });
  // Left open, it would wait for a body to be written.
  if (sending.body === undefined && sending.method !== 'GET' && sending.method !== 'HEAD') stream.end();
  const {statusCode, headers} = await responseOf(stream);
  const coding = headers['content-encoding'];
  const body = await bodyOf(stream, {what, coding, bytesMax}).catch((thrown: unknown) => {
    // The status comes first: a refusal stays one, whether its body arrives, is cut or cannot be decoded.
    if (statusCode < 300 || sending.signal?.aborted) throw thrown;
    return new Uint8Array();
  });
  return {status: statusCode, headers, body};
}

const responseOf = (stream: ReturnType<typeof got.stream>): Promise<Response> =>
  new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });

/** The bound is on what was decoded: a small answer may unpack to anything. */
async function bodyOf(
  stream: AsyncIterable<Uint8Array>,
  {what, coding, bytesMax}: {what: string; coding: string | undefined; bytesMax: number},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(what, bytesMax);
    chunks.push(chunk);
  }
  const body = await decodeBody(Buffer.concat(chunks), {coding, bytesMax});
  if (!body) throw tooLarge(what, bytesMax);
  return body;
}

const tooLarge = (what: string, bytesMax: number): SyncError =>
  new SyncError('protocol', `${what}: the answer is larger than ${bytesMax} bytes`, {facts: {bytesMax}});
