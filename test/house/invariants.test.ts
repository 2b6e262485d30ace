import assert from 'node:assert/strict';
import test from 'node:test';
import {readText, tests} from './sources.ts';

interface Listed {
  readonly invariant: string;
  readonly file: string;
  readonly name: string;
}

const text = readText('src/INVARIANTS.md');
const invariants = [...text.matchAll(/^(I\d+) \S/gm)].map(([, number = '']) => number);
const listed = readListed();

/** The lines below an invariant: `- test/<file>: <the test's name>`. */
function readListed(): readonly Listed[] {
  let invariant = '';
  return text.split('\n').flatMap(line => {
    invariant = /^(I\d+) \S/.exec(line)?.[1] ?? invariant;
    const [, file, name] = /^- test\/(\S+\.test\.ts): (.+)$/.exec(line) ?? [];
    return file !== undefined && name !== undefined ? [{invariant, file, name}] : [];
  });
}

/** The names of a file's tests; one that is skipped or left to do proves nothing and is not among them. */
const testNames = (code: string): readonly string[] =>
  [...code.matchAll(/(?<![\w.])(?:t\.)?(?:test|it)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)].map(([, , name = '']) =>
    name.replaceAll(/\\(.)/g, '$1'),
  );

const written = tests
  .filter(({file}) => file.endsWith('.test.ts'))
  .flatMap(({file, code}) => testNames(code).map(name => ({file, name})));

test('invariants are numbered in order, each once', () => {
  assert.ok(invariants.length > 0);
  assert.deepEqual(
    invariants,
    invariants.map((_, index) => `I${index + 1}`),
  );
});

test('every invariant names a test', () => {
  assert.deepEqual(
    invariants.filter(number => !listed.some(({invariant}) => invariant === number)),
    [],
  );
});

test('every test that an invariant names is there', () => {
  const missing = listed.filter(({file, name}) => !written.some(one => one.file === file && one.name === name));
  assert.deepEqual(missing, []);
});

test('every test that bears the number of an invariant is listed there', () => {
  const unlisted = written.filter(({file, name}) => {
    const number = /^(I\d+)\b/.exec(name)?.[1];
    if (number === undefined) return false;
    return !listed.some(one => one.invariant === number && one.file === file && one.name === name);
  });
  assert.deepEqual(unlisted, []);
});
