import assert from 'node:assert/strict';
import test from 'node:test';
import {suiteNames, suitesOf, testFiles} from '../runner/suites.ts';
import {readText, root} from './sources.ts';

/** Suites with runners of their own. */
const ownRunner = /^test\/(?:death|spark)\//;

test('every test file is in one suite, and no suite is empty', () => {
  const files = testFiles(root);
  const elsewhere = files.filter(file => suitesOf(file).length !== (ownRunner.test(file) ? 0 : 1));
  assert.deepEqual(elsewhere, []);
  const empty = suiteNames.filter(name => !files.some(file => suitesOf(file).includes(name)));
  assert.deepEqual(empty, []);
});

test('the checks run every suite, and docs/testing.md names it', () => {
  const {scripts} = JSON.parse(readText('package.json')) as {scripts: Readonly<Record<string, string>>};
  const run = [...readText('.ci/run').matchAll(/^npm (?:run --silent )?(test[\w:]*)$/gm)].map(([, name = '']) => name);
  const commands = run.map(name => scripts[name] ?? '').join('\n');
  const page = readText('docs/testing.md');
  for (const name of suiteNames) {
    assert.match(commands, new RegExp(`runner/run\\.ts(?: --checks)?.* ${name}\\b`, 'm'), `${name} is not run`);
    assert.match(page, new RegExp(`^\\| ${name} \\|`, 'm'), `${name} is not in docs/testing.md`);
  }
  assert.ok(run.includes('test:death') && run.includes('test:spark'));
});
