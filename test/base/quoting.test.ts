import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {quoteIdentifier, quoteLiteral, quoteName} from '../../src/base/quoting.ts';

const escaped: Readonly<Record<string, string>> = {'0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\u001a'};

/** Reads a string literal as Spark's parser does: \uXXXX, \UXXXXXXXX, \ooo below \200, then single escapes. */
function readSparkLiteral(sql: string): string {
  assert.match(sql, /^'(?:[^'\\]|\\[\s\S])*'$/, 'one literal from end to end');
  const inside = sql.slice(1, -1);
  return inside.replace(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|([01][0-7]{2})|([\s\S]))/g, (_all, ...groups) => {
    const [short, long, octal, single] = groups as Array<string | undefined>;
    if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
    if (long !== undefined) return String.fromCodePoint(Number.parseInt(long, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (single === '%' || single === '_') return `\\${single}`;
    return escaped[single ?? ''] ?? single ?? '';
  });
}

const nasty = fc.oneof(
  fc.string({unit: 'binary'}),
  fc
    .array(
      fc.constantFrom(
        "'",
        '\\',
        '"',
        '`',
        '\n',
        '\0',
        '\u001a',
        '1',
        '2',
        'u',
        '0041',
        '%',
        '_',
        '--',
        '${',
        '}',
        'é',
        '😀',
      ),
    )
    .map(parts => parts.join('')),
);

test('any text is one literal, and Spark reads it back', () => {
  fc.assert(
    fc.property(nasty, text => {
      assert.equal(readSparkLiteral(quoteLiteral(text)), text);
    }),
    {numRuns: 2000},
  );
});

test('a literal stays on its line and offers no variable', () => {
  fc.assert(
    fc.property(nasty, text => {
      assert.doesNotMatch(quoteLiteral(text), /[\p{Cc}]|\$\{/u);
    }),
  );
});

test('NUL before digits is no octal escape', () => {
  assert.equal(readSparkLiteral(quoteLiteral('\u000012')), '\u000012');
});

test('an injection stays a text', () => {
  assert.equal(quoteLiteral("x'; DROP TABLE t; --"), "'x\\'; DROP TABLE t; --'");
  assert.equal(quoteLiteral("\\'"), "'\\\\\\''");
});

test('an identifier ends where its quotes end', () => {
  fc.assert(
    fc.property(nasty, name => {
      const quoted = quoteIdentifier(name);
      assert.match(quoted, /^`(?:[^`]|``)*`$/);
      assert.equal(quoted.slice(1, -1).replaceAll('``', '`'), name);
    }),
  );
  assert.equal(quoteName('main', 'a.b', 'c`d'), '`main`.`a.b`.`c``d`');
});
