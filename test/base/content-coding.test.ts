import assert from 'node:assert/strict';
import test from 'node:test';
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib';
import {decodeBody} from '../../src/base/content-coding.ts';

const unzip = (body: Buffer, bytesMax: number) => decodeBody(body, {coding: 'gzip', bytesMax});

const text = Buffer.from('{"amount":1234.77}'.repeat(5000));

/** The body with another size in its trailer, which zlib compares with what it unzipped. */
function telling(size: number): Buffer {
  const body = gzipSync(text);
  body.writeUInt32LE(size, body.length - 4);
  return body;
}

test('a body is unzipped in one piece', async () => {
  assert.deepEqual(await unzip(gzipSync(text), 1 << 20), text);
  assert.deepEqual(await unzip(gzipSync(''), 1 << 20), Buffer.alloc(0));
  assert.deepEqual(await unzip(gzipSync(text), text.length), text);
});

test('a body of several members is all of them, though the trailer tells the last one only', async () => {
  const body = Buffer.concat([gzipSync(text), gzipSync('behind')]);
  assert.deepEqual(await unzip(body, 1 << 20), Buffer.concat([text, Buffer.from('behind')]));
});

test('a body that unzips to more than it may is none, whatever its trailer says', async () => {
  assert.equal(await unzip(gzipSync(text), text.length - 1), undefined);
  assert.equal(await unzip(telling(10), text.length / 2), undefined);
});

test('a body that is cut off, lies about its size, or is no gzip is refused with a code', async () => {
  const zipped = gzipSync(text);
  for (const body of [zipped.subarray(0, -5), zipped.subarray(0, 3), telling(10), telling(2 ** 32 - 1), text]) {
    await assert.rejects(unzip(body, 1 << 20), {code: /^Z_/});
  }
});

test('a coding is known in any case, under its old name, and as a proxy may choose it', async () => {
  const packed = {
    ...{gzip: gzipSync(text), GZIP: gzipSync(text), ' X-Gzip ': gzipSync(text)},
    ...{deflate: deflateSync(text), BR: brotliCompressSync(text), identity: text, '': text},
  };
  for (const [coding, body] of Object.entries(packed)) {
    assert.deepEqual(await decodeBody(body, {coding, bytesMax: 1 << 20}), text, coding);
    assert.equal(await decodeBody(body, {coding, bytesMax: text.length - 1}), undefined, coding);
  }
  assert.deepEqual(await decodeBody(text, {coding: undefined, bytesMax: 1 << 20}), text);
});

test('I23 an empty body is empty, whatever coding it claims', async () => {
  for (const coding of ['gzip', 'br', 'compress', undefined]) {
    assert.deepEqual(await decodeBody(Buffer.alloc(0), {coding, bytesMax: 10}), Buffer.alloc(0));
  }
});

test('a coding that is not known is named, and a text that is no name is not repeated', async () => {
  const refused = (coding: string) => decodeBody(text, {coding, bytesMax: 1 << 20});
  await assert.rejects(refused('compress'), {kind: 'protocol', message: /content-encoding compress/});
  await assert.rejects(refused('gzip, gzip'), {kind: 'protocol', message: /content-encoding gzip, gzip/});
  await assert.rejects(refused('Kari "Nordmann"'), {kind: 'protocol', message: /an unknown one/});
});
