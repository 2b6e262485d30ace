import fc from 'fast-check';

/** Texts that careless quoting breaks on, in SQL, in paths, in URLs, in JSON and on a terminal. */
export const nastyTexts: readonly string[] = [
  "x'; DROP TABLE supplier; --",
  "\\'; DROP TABLE supplier; --",
  '`; DROP TABLE supplier; --',
  '"; DROP TABLE supplier; --',
  '/* ',
  '-- ',
  `$\{env:HOME} $\{spark.x}`,
  '{{job.id}} :owner ?',
  'A&B=1/ü %',
  'a+b c%20d%2Fe',
  '../../..',
  '..',
  'C:\\temp\\new',
  'line one\nline two\r\n\tthree',
  '\u0000\u0001\u001a\u007f\u0085',
  '\u001b[31mred\u001b[0m',
  '\u202egnitirw eht fo\u202c',
  'e\u0301 é',
  'İıſK',
  '💰🇸🇪 𝒳',
  "' OR 1=1",
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '[]',
  '{"a":1}',
  '<script>alert(1)</script>',
  ' leading and trailing ',
];

/** Any text there is, or made of the pieces that are dangerous beside each other. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.constantFrom(...nastyTexts),
  fc
    .array(
      fc.constantFrom(
        "'",
        '\\',
        '"',
        '`',
        '\n',
        '\u001a',
        '0',
        '12',
        'u',
        '0041',
        '%',
        '_',
        '--',
        '/*',
        '${',
        '}',
        ';',
        'é',
        '😀',
      ),
    )
    .map(parts => parts.join('')),
);

/** Names that a catalog takes as a column's: what it refuses in names is left out. */
export const nastyName: fc.Arbitrary<string> = nastyText
  .map(text => text.replace(/[\p{Cc}\p{Cs}\s.,;{}()=/]/gu, '').slice(0, 60))
  .filter(name => name !== '');
