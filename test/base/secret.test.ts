import assert from 'node:assert/strict';
import test from 'node:test';
import {inspect} from 'node:util';
import fc from 'fast-check';
import {writeJsonLine} from '../../src/base/log.ts';
import {maskSecrets, Secret} from '../../src/base/secret.ts';

const value = fc.string({unit: 'binary', minLength: 6, maxLength: 40}).filter(text => !'[secret]'.includes(text));

test('a secret shows itself to no printer', () => {
  const secret = new Secret('hunter2hunter2');
  for (const shown of [String(secret), JSON.stringify({secret}), inspect({secret}), `${secret}`, inspect(secret)]) {
    assert.doesNotMatch(shown, /hunter2/);
  }
  assert.equal(secret.reveal(), 'hunter2hunter2');
});

test('a secret is masked as it stands and as JSON writes it', () => {
  fc.assert(
    fc.property(value, text => {
      const secret = new Secret(text);
      assert.ok(!maskSecrets(`before ${text} after`, [secret]).includes(text));
      const line = maskSecrets(JSON.stringify({message: `before ${text} after`}), [secret]);
      assert.ok(!line.includes(JSON.stringify(text).slice(1, -1)));
    }),
  );
});

test('a secret with quote, backslash and line break is masked in a log line, and the line stays JSON', () => {
  const secret = new Secret('pa"ss\\wo\nrd');
  const lines: string[] = [];
  writeJsonLine(line => lines.push(line), {message: `token pa"ss\\wo\nrd refused`}, [secret]);
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    [{message: 'token [secret] refused'}],
  );
});

test('a secret is masked without what stands around it, by its lines, and as an address or a form has it', () => {
  const secrets = [
    new Secret('\ufeffpa+ss w/ord\r\n'),
    new Secret('-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n'),
  ];
  for (const said of ['pa+ss w/ord', 'pa%2Bss%20w%2Ford', 'pa%2Bss+w%2Ford', 'MIIEvQIBADAN', 'BgkqhkiG9w0B']) {
    assert.equal(maskSecrets(`refused: ${said}.`, secrets), 'refused: [secret].');
  }
});

test('a secret that holds another leaves no rest', () => {
  assert.equal(maskSecrets('abcd-efgh', [new Secret('abcd'), new Secret('abcd-efgh')]), '[secret]');
});

test('what is too short to be a secret masks nothing', () => {
  assert.equal(maskSecrets('a cat sat', [new Secret('cat'), new Secret('')]), 'a cat sat');
});
