import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {Launched} from './launched.ts';

/*
 * The launcher by itself: what it makes of parameters, of signals and of every end that a program can come to. The
 * program here is a few lines that do what a test wants to see; the built one is run in cluster.test.ts.
 */
let launched: Launched;
before(async () => {
  launched = await Launched.in(await mkdtemp(path.join(tmpdir(), 'visma-launch-')));
});
after(() => rm(launched.folder, {recursive: true, force: true}));

const tellArguments = `console.log(JSON.stringify(process.argv.slice(2)));`;

/** A program whose end has this report, and the exit code in it. */
const ending = (report: object): string => `
  const report = ${JSON.stringify({run: 'r1', outcome: 'failed', problems: [], tables: [], ...report})};
  console.log(JSON.stringify(report));
  process.exitCode = report.exitCode;`;

const problem = (verdict: string, message = 'it broke'): object => ({
  kind: 'some',
  verdict,
  message,
  hint: 'mend it',
  facts: {company: 'se'},
});

async function words(command: string, ...parameters: readonly string[]): Promise<readonly string[] | string> {
  const ran = await launched.run(tellArguments, [command, ...parameters]);
  const [line = ''] = ran.output.split('\n');
  return line.startsWith('[') ? (JSON.parse(line) as readonly string[]).slice(0, -2) : line;
}

test('the parameters of a job are the words of the command line; an empty one is none', async () => {
  const none = ['--companies=', '--resources=', '--dry-run=false', '--full-refresh=false', '--since=', '--reason='];
  assert.deepEqual(await words('sync', ...none, '--wait=false'), ['sync']);
  assert.deepEqual(await words('sync', '--companies=se no', '--resources=supplier', '--wait=true'), [
    'sync',
    '--companies=se no',
    '--resources=supplier',
    '--wait',
  ]);
  assert.deepEqual(await words('sweep', '--accept-deletions=TRUE'), ['sweep', '--accept-deletions']);
  assert.deepEqual(await words('commit', '--landed=success', '--job-run=7', '--host=x'), ['commit']);
});

test('the program is told which job, run and task it is of, and nothing where the job does not say', async () => {
  const tell = `
    const told = Object.entries(process.env).filter(([name]) => /^VISMA_(JOB|TASK)/.test(name));
    console.log(JSON.stringify(told.sort()));`;
  const told = async (...parameters: readonly string[]): Promise<unknown> =>
    JSON.parse((await launched.run(tell, ['sync', ...parameters])).output.split('\n')[0] ?? '');
  assert.deepEqual(await told('--job=620', '--job-run=42', '--task=sync'), [
    ['VISMA_JOB_ID', '620'],
    ['VISMA_JOB_RUN_ID', '42'],
    ['VISMA_TASK', 'sync'],
  ]);
  assert.deepEqual(await told('--job=', '--wait=true'), []);
});

test('dry_run is a plan; full_refresh and since are a resync that says why', async () => {
  assert.deepEqual(await words('sync', '--companies=se', '--dry-run=true', '--wait=true'), ['plan', '--companies=se']);
  assert.deepEqual(await words('sync', '--full-refresh=true', '--job-run=42'), [
    'resync',
    '--resources=all',
    '--reason=full_refresh, in job run 42',
  ]);
  assert.deepEqual(await words('sync', '--full-refresh=true', '--resources=supplier', '--reason=an import'), [
    'resync',
    '--resources=supplier',
    '--reason=an import',
  ]);
  assert.deepEqual(await words('sync', '--since=2026-03-01', '--reason=an import', '--job-run=42'), [
    'resync',
    '--since=2026-03-01',
    '--reason=an import',
  ]);
  assert.deepEqual(await words('resync', '--period=2026-03..2026-05', '--reason=closed again'), [
    'resync',
    '--period=2026-03..2026-05',
    '--reason=closed again',
  ]);
});

test('parameters that contradict each other or that nobody knows are refused, with the remedy', async () => {
  const refused: ReadonlyArray<readonly [RegExp, ...string[]]> = [
    [/dry_run forecasts the next sync; with full_refresh or since there is no forecast/, '--dry-run=true', '--since=x'],
    [/full_refresh reads everything and since a part of it: give one of them/, '--full-refresh=true', '--since=x'],
    [/accept_deletions means nothing to resync/, '--full-refresh=true', '--accept-deletions=true'],
    [/reason means nothing to sync/, '--reason=because'],
    [/wait is true or false, not 'maybe'/, '--wait=maybe'],
    [/--compnies is no parameter of launch\.py/, '--compnies=se'],
    [/--wait is no parameter of launch\.py; they are written --name=value/, '--wait'],
  ];
  for (const [said, ...parameters] of refused) {
    const ran = await launched.run(tellArguments, ['sync', ...parameters]);
    assert.equal(ran.code, 1);
    assert.match(ran.output, said);
    assert.doesNotMatch(ran.output, /^\[/);
  }
});

test('each exit code has its outcome', async () => {
  const done = await launched.run(ending({exitCode: 0, outcome: 'done'}), ['sync']);
  assert.deepEqual([done.code, done.values['outcome'], done.values['partial']], [0, 'done', 'false']);
  const partial = await launched.run(ending({exitCode: 3, outcome: 'partial'}), ['sync']);
  assert.deepEqual([partial.code, partial.values['outcome'], partial.values['partial']], [0, 'partial', 'true']);
  const strict = await launched.run(ending({exitCode: 3, outcome: 'partial'}), ['sync', '--fail-on-partial=true']);
  assert.equal(strict.code, 1);
  for (const exitCode of [1, 2]) {
    const report = ending({exitCode, problems: [problem('never')]});
    const failed = await launched.run(`console.log('a line before'); ${report}`, ['sync']);
    assert.equal(failed.code, 1);
    const said = `Failed: sync failed (exit code ${exitCode})\nsome: it broke (company se)\n  hint: mend it\n`;
    assert.ok(failed.output.includes(`${said}last lines:\na line before\n`), failed.output);
    assert.equal(failed.values['exit_code'], exitCode);
  }
});

test('a program that leaves no report has failed, however it ended', async () => {
  const thrown = await launched.run(`throw new Error('unforeseen')`, ['sync']);
  assert.match(thrown.output, /Failed: sync failed \(exit code 1\); it left no report\nlast lines:[\s\S]*unforeseen/);
  const killed = await launched.run(`process.kill(process.pid, 'SIGKILL')`, ['sync']);
  assert.match(killed.output, /Failed: sync failed \(SIGKILL, memory perhaps\); it left no report/);
  assert.equal(killed.code, 1);
  assert.equal(killed.values['outcome'], 'failed');
});

/** A program that counts its runs in a file, and ends each time with the next of these reports. */
const oneAfterAnother = (...reports: readonly object[]): string => `
  import {appendFileSync, readFileSync} from 'node:fs';
  appendFileSync(process.env.COUNT, '.');
  const reports = ${JSON.stringify(reports.map(report => ({outcome: 'failed', problems: [], tables: [], ...report})))};
  const report = reports[readFileSync(process.env.COUNT, 'utf8').length - 1];
  console.log(JSON.stringify(report));
  process.exitCode = report.exitCode;`;

test('it is run again where the verdict says retry now, so many times and no more', async () => {
  const again = {exitCode: 1, problems: [problem('never'), problem('retry now')]};
  const mended = oneAfterAnother(again, {...again, exitCode: 3}, {exitCode: 0, outcome: 'done'});
  const ran = await launched.run(mended, ['sync', '--repeat-after=0,0']);
  assert.equal(ran.code, 0, ran.output);
  assert.equal(ran.runs, 3);
  assert.match(ran.output, /launch\.py: what stopped it may pass: again in 0 s/);
  const given = await launched.run(oneAfterAnother(again, again, again, again), ['sync', '--repeat-after=0,0']);
  assert.deepEqual([given.code, given.runs], [1, 3]);
});

test('and not where it says anything else, nor where nothing is said', async () => {
  for (const problems of [[problem('never')], [problem('next run')], []]) {
    for (const exitCode of [1, 2, 3]) {
      const ran = await launched.run(oneAfterAnother({exitCode, problems}), ['sync', '--repeat-after=0']);
      assert.equal(ran.runs, 1);
    }
  }
  const usage = oneAfterAnother({exitCode: 2, problems: [problem('retry now')]});
  assert.equal((await launched.run(usage, ['sync', '--repeat-after=0'])).runs, 1);
});

const untilStopped = `
  process.on('SIGTERM', () => {
    ${ending({exitCode: 1, problems: [problem('next run', 'the run was stopped')]})}
    process.exit();
  });
  setInterval(() => undefined, 1000);
  console.log('reading');`;

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  test(`${name} reaches the program once, which ends in good order`, async () => {
    const ran = await launched.run(untilStopped, ['sync'], {
      onOutput: (text, child) => text === 'reading\n' && child.kill(name),
    });
    assert.equal(ran.code, 1);
    assert.match(ran.output, new RegExp(`Failed: sync was stopped by ${name}; the next run goes on`));
    assert.equal(ran.values['outcome'], 'stopped');
  });
}

test('a stop while it waits to run again ends the wait', async () => {
  const program = oneAfterAnother({exitCode: 1, problems: [problem('retry now')]});
  const ran = await launched.run(program, ['sync', '--repeat-after=600'], {
    onOutput: (text, child) => text.trimEnd().endsWith('again in 600 s') && child.kill('SIGTERM'),
  });
  assert.deepEqual([ran.code, ran.runs], [1, 1]);
  assert.match(ran.output, /sync was stopped by SIGTERM/);
});

test('a report that is too large for a task value arrives without its details, and says so', async () => {
  const passes = Array.from({length: 2000}, (_, place) => ({resource: `resource_${place}`, outcome: 'landed'}));
  const ran = await launched.run(ending({exitCode: 0, outcome: 'done', passes, notes: ['kept']}), ['sync']);
  assert.deepEqual(ran.values['report'], {
    ...{run: 'r1', outcome: 'done', problems: [], tables: [], exitCode: 0, notes: ['kept']},
    leftOut: ['passes'],
  });
});

test('no secret of the environment is shown, whoever says it', async () => {
  const secret = 'hush"hush\\\\';
  const leaky = `
    console.log('the secret is ' + process.env.VISMA_CLIENT_SECRET);
    ${ending({exitCode: 1, problems: [problem('never', `${secret} was refused`)]})}`;
  const ran = await launched.run(leaky, ['sync'], {environment: {VISMA_CLIENT_SECRET: secret}});
  assert.equal(ran.code, 1);
  assert.match(ran.output, /the secret is \*\*\*/);
  assert.doesNotMatch(ran.output + JSON.stringify(ran.values), /hush/);
});
