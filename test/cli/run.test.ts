import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';
import type {Perform} from '../../src/cli/outside.ts';
import {run} from '../../src/cli/run.ts';
import type {Report} from '../../src/model/report.ts';
import {eventsOfPass, Heard, passReport, report, stage, tableReport} from './stage.ts';

const gives =
  (given: Report, events = eventsOfPass('se', 'supplier')): Perform =>
  (_request, surroundings) => {
    for (const event of events) surroundings.events(event);
    return Promise.resolve(given);
  };

const outcomes = {0: 'done', 1: 'failed', 2: 'refused', 3: 'partial'} as const;
const problem = {
  kind: 'limited',
  verdict: 'next run' as const,
  message: 'the window is spent',
  hint: 'Run again later.',
  facts: {company: 'se'},
};

test('the exit code is the one of the report, and with --json the report is the last line', async () => {
  for (const exitCode of [0, 1, 2, 3] as const) {
    const given = report({exitCode, outcome: outcomes[exitCode], problems: exitCode === 0 ? [] : [problem]});
    const outside = stage({perform: gives(given)});
    assert.equal(await run(['sync', '--json'], outside), exitCode);
    assert.deepEqual(outside.stdout.json.at(-1), given);
    assert.deepEqual(outside.stdout.json.slice(0, -1), eventsOfPass('se', 'supplier'));
    assert.equal(outside.stderr.text, '');
  }
});

test('a usage error is one report with --json, and one message without', async () => {
  const program = stage();
  assert.equal(await run(['forecast', '--json'], program), 2);
  const [last, ...others] = program.stdout.json;
  assert.deepEqual(others, []);
  assert.equal(last?.['exitCode'], 2);
  assert.equal(last?.['command'], 'forecast');
  assert.equal(last?.['outcome'], 'refused');
  assert.match(JSON.stringify(last?.['problems']), /unknown command 'forecast'/);

  const person = stage();
  assert.equal(await run(['forecast'], person), 2);
  assert.equal(person.stdout.text, '');
  assert.match(person.stderr.text, /^problem \(usage\): unknown command 'forecast'.*\n {2}hint: .*--help.*\n$/);
});

test('version and help end with 0, as text or as a note of the report', async () => {
  const person = stage();
  assert.equal(await run(['--version'], person), 0);
  assert.equal(person.stdout.text, '1.2.3\n');
  const program = stage();
  assert.equal(await run(['--version', '--json'], program), 0);
  assert.deepEqual(program.stdout.json[0]?.['notes'], ['1.2.3']);
});

test('a run that throws, which it never should, is a defect and ends with a report all the same', async () => {
  const outside = stage({perform: () => Promise.reject(new TypeError('no such thing'))});
  assert.equal(await run(['sync', '--json'], outside), 1);
  assert.match(JSON.stringify(outside.stdout.json.at(-1)), /"kind":"defect"/);
});

test('away from a terminal there is one JSON line for each event, then the table', async () => {
  const given = report({
    passes: [passReport('se', 'supplier', {read: 120, calls: 3})],
    tables: [tableReport('supplier', {read: 120, new: 100, changed: 5, unchanged: 15, statements: 4})],
  });
  const outside = stage({perform: gives(given)});
  assert.equal(await run(['sync'], outside), 0);
  const events = outside.stdout.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as unknown);
  assert.deepEqual(events, eventsOfPass('se', 'supplier'));
  assert.match(outside.stdout.text, /│ supplier +│ +120 │ +100 │ +5 │ +15 │ +0 │/);
  assert.equal(outside.stderr.text, 'done in 4.5 s\n');
});

test('on a terminal there are bars beside stdout, and only the table in it', async () => {
  const outside = stage({perform: gives(report()), stderr: new Heard(true)});
  assert.equal(await run(['sync'], outside), 0);
  assert.doesNotMatch(outside.stdout.text, /\{/);
  assert.match(outside.stdout.text, /in all/);
  assert.match(outside.stderr.text, /se supplier +landed, 120 read/);
});

test('a problem is told with what, where and a hint', async () => {
  const given = report({
    exitCode: 3,
    outcome: 'partial',
    problems: [problem],
    notes: ['another run holds the lease'],
    passes: [passReport('se', 'supplier', {outcome: 'partial', reason: 'the window is spent'})],
  });
  const outside = stage({perform: gives(given, [])});
  assert.equal(await run(['sync'], outside), 3);
  assert.deepEqual(outside.stderr.lines, [
    'se supplier: partial, the window is spent',
    'note: another run holds the lease',
    'problem (limited): the window is spent',
    '  where: company se',
    '  hint: Run again later.',
    'partial in 4.5 s',
  ]);
});

test('status shows its rows as a table', async () => {
  const details = [
    {company: 'se', resource: 'supplier', watermark: '2026-11-23T10:00:00.000', rows: 12},
    {company: 'no', resource: 'supplier', provisional: true},
  ];
  const outside = stage({perform: gives(report({command: 'status', details}), [])});
  assert.equal(await run(['status'], outside), 0);
  assert.match(outside.stdout.text, /│ company │ resource │ watermark +│ rows │ provisional │/);
  assert.match(outside.stdout.text, /│ no +│ supplier │ +│ +│ true +│/);
});

test('what the outside hands in reaches the run', async () => {
  const outside = stage({environment: {ANY: 'thing'}});
  let handed: unknown;
  const perform: Perform = (request, {environment, signal, clock, random}) => {
    handed = {request: request.command, environment, signal, clock, random};
    return Promise.resolve(report());
  };
  await run(['land'], {...outside, perform});
  const {environment, clock, random} = outside;
  assert.deepEqual(handed, {request: 'land', environment, signal: outside.stop.signal, clock, random});
});

test('secrets of the configuration and of the environment are shown nowhere', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'visma-cli-'));
  try {
    const config = path.join(folder, 'visma.yml');
    const companies = '[{id: se, name: Sweden, tenant_id: t1, currency: SEK}]';
    writeFileSync(config, `visma: {client_id: me, client_secret: hush-hush, companies: ${companies}}\n`);
    const leaky = {...problem, message: 'sent hush-hush', facts: {header: 'Bearer dapi-0815'}};
    for (const json of [[], ['--json']]) {
      const outside = stage({
        perform: gives(report({exitCode: 1, outcome: 'failed', problems: [leaky], notes: ['hush-hush']})),
        environment: {DATABRICKS_TOKEN: 'dapi-0815'},
      });
      await run(['sync', '--config', config, '--local', folder, ...json], outside);
      const said = outside.stdout.text + outside.stderr.text;
      assert.doesNotMatch(said, /hush-hush|dapi-0815/);
      assert.match(said, /sent \[secret\]/);
    }
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('when the reader has left, the run is stopped and nothing more is said', async () => {
  const outside = stage();
  const gone = new Heard();
  gone._write = (_chunk, _encoding, done: (error?: Error) => void) =>
    done(Object.assign(new Error('EPIPE'), {code: 'EPIPE'}));
  const perform: Perform = async (_request, {events, signal}) => {
    const stopped = new Promise(resolve => signal.addEventListener('abort', resolve));
    for (const event of eventsOfPass('se', 'supplier')) events(event);
    await stopped;
    return report({exitCode: 1, outcome: 'failed', problems: [problem]});
  };
  assert.equal(await run(['sync'], {...outside, stdout: gone, perform}), 1);
  assert.equal(outside.stderr.text, '');
});
