import assert from 'node:assert/strict';
import test from 'node:test';
import {type Source, sources, tests} from './sources.ts';

const linesMax = 400;
const columnsMax = 120;
const nounForm = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d|\.test|\.bench)?\.ts$/;
const shapelessNames =
  /(?:^|\/)(?:utils?|helpers?|common|misc|shared|types|interfaces|constants|index|managers?|services?)(?:\.ts$|\/)/;

interface Home {
  readonly what: RegExp;
  /** The files that may say it; nobody where absent. */
  readonly where?: RegExp;
  readonly why: string;
}

const time = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.hrtime\b/;
const waiting = /\bset(?:Timeout|Interval|Immediate)\(|\bAbortSignal\.timeout\(|['"](?:node:)?timers\/promises['"]/;
const chance = /\bMath\.random\(|\brandom(?:UUID|Bytes|Int)\(|\bgetRandomValues\(/;
const sqlWords =
  /\b(?:MERGE INTO|COPY INTO|CREATE (?:OR REPLACE )?(?:TABLE|VIEW)|ALTER TABLE|INSERT INTO|DELETE FROM)\b/;
const sqlStart = /['"`]\s*(?:SELECT|UPDATE|DESCRIBE|SHOW|TRUNCATE|DROP|BEGIN ATOMIC)\s+[\w`$*(]/;

/** What may be said in one place only, in src. Comments may say it anywhere. */
const homes: readonly Home[] = [
  {what: /\bprocess\.env\b/, where: /^config\//, why: 'the environment is read once, in config'},
  {what: /\bprocess\.(?:exit\b|exitCode)/, where: /^main\.ts$/, why: 'only main decides how the process ends'},
  {what: time, where: /^base\/clock\.ts$/, why: 'time is a guest, handed in'},
  {what: waiting, where: /^base\/clock\.ts$/, why: 'waiting goes through the clock, so that tests need not wait'},
  {what: chance, where: /^base\/random\.ts$/, why: 'chance is a guest, handed in'},
  {what: /\bconsole\./, where: /^(?:base\/log\.ts|cli\/)/, why: 'one voice'},
  {what: sqlWords, where: /^(?:warehouse|ledger)\/sql\/|^local\//, why: 'SQL lives in the sql drawers'},
  {what: sqlStart, where: /^(?:warehouse|ledger)\/sql\/|^local\//, why: 'SQL lives in the sql drawers'},
  {what: /\bglobalThis\.fetch\b|\bawait fetch\(/, why: 'the rooms that talk to the network do so through their guests'},
  {what: /\bimport\(\s*(?!['"])/, why: 'an import names what it imports, so that the built file holds it'},
];

/** What is not said at all, in src and in the tests: strings and comments aside. */
const banned: readonly Home[] = [
  {what: /^export default\b/m, why: 'a thing has one name everywhere'},
  {what: /\benum\s+\w+\s*\{/, why: 'unions of literals; enums cannot be erased'},
  {what: /^(?:export )?(?:declare )?namespace\s/m, why: 'modules; namespaces cannot be erased'},
  {what: /[:<|(,]\s*any\b(?!\s*[:(])|\bas any\b/, why: 'unknown, and then find out'},
];

/** Guests' declarations follow the guests' own ways. */
const ours = ({file}: Source): boolean => !file.endsWith('.d.ts');
const everything = [...sources, ...tests];

const strays = (files: readonly Source[], rules: readonly Home[], textOf: (source: Source) => string): string[] =>
  files.filter(ours).flatMap(source => {
    const broken = rules.filter(({what, where}) => !where?.test(source.file) && what.test(textOf(source)));
    return broken.map(({what, why}) => `${source.file}: ${what.exec(textOf(source))?.[0].trim()}: ${why}`);
  });

test('no file outgrows its room', () => {
  const long = everything.filter(({text}) => text.split('\n').length - 1 > linesMax);
  assert.deepEqual(
    long.map(({file}) => file),
    [],
  );
});

test('no line outgrows the page', () => {
  const long = everything.flatMap(({file, text}) =>
    text.split('\n').flatMap((line, index) => {
      return line.length > columnsMax && !/https?:\/\//.test(line) ? [`${file}:${index + 1}`] : [];
    }),
  );
  assert.deepEqual(long, []);
});

test('every file is named for what it is', () => {
  const files = everything.map(({file}) => file);
  assert.deepEqual(
    files.filter(file => shapelessNames.test(file) || !nounForm.test(file)),
    [],
  );
});

test('what has one home stays there', () => {
  assert.deepEqual(
    strays(sources, homes, ({code}) => code),
    [],
  );
});

test('what is not said is said nowhere', () => {
  assert.deepEqual(
    strays(everything, banned, ({bare}) => bare),
    [],
  );
});

test('nothing is left for later without an owner', () => {
  const later = everything.filter(({text}) => /\b(?:FIXME|XXX|HACK)\b|\bTODO\b(?!\(\w+\))/.test(text));
  assert.deepEqual(
    later.map(({file}) => file).filter(file => file !== 'house/tidy.test.ts'),
    [],
  );
});

test('the program knows nothing of a simulator, a demo or a test', () => {
  const knowing = sources.filter(({bare}) => /\b\w*(?:simulat|demo\b|Demo\b|mock|stub)\w*/i.test(bare));
  assert.deepEqual(
    knowing.map(({file}) => file),
    [],
  );
});
