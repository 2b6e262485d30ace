import assert from 'node:assert/strict';
import test from 'node:test';
import {release} from '../../src/base/release.ts';

test('large bytes are given back, and those that share memory with others are not', () => {
  const large = Buffer.allocUnsafe(1 << 20);
  const part = large.subarray(10, 20);
  release(part);
  assert.equal(large.length, 0);

  const small = Buffer.from('one of many in the pool');
  const beside = Buffer.from('another one');
  release(small);
  assert.equal(small.toString(), 'one of many in the pool');
  assert.equal(beside.toString(), 'another one');
});

test('every size up to the pool and beyond it can be released, and its neighbours keep what they hold', () => {
  for (let size = 1; size < 4 * Buffer.poolSize; size = Math.ceil(size * 1.3)) {
    const before = Buffer.from('before');
    release(Buffer.allocUnsafe(size));
    release(Buffer.concat([Buffer.alloc(size), Buffer.alloc(1)]));
    assert.equal(before.toString(), 'before');
    assert.equal(Buffer.from('after').toString(), 'after');
  }
});
