import assert from 'node:assert/strict';
import test from 'node:test';
import {gzipSync} from 'node:zlib';
import {unzip} from '../../src/visma/unzip.ts';

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
