import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {parseArguments} from '../../src/cli/arguments.ts';

const request = (...argv: string[]): unknown => {
  const wish = parseArguments(argv, '1.2.3');
  return wish.kind === 'run' ? wish.request : wish;
};

const complaint = (...argv: string[]): string => {
  try {
    parseArguments(argv, '1.2.3');
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError);
    assert.equal(thrown.kind, 'usage');
    return thrown.message;
  }
  return assert.fail('the arguments were accepted');
};

const plain = {configPath: 'bundle/visma.yml', wait: false, acceptDeletions: false, offline: false};

test('every command is known, and takes the configuration of the bundle where none is named', () => {
  for (const command of [
    'sync',
    'land',
    'commit',
    'sweep',
    'resync',
    'reconcile',
    'certificate',
    'routes',
    'lineage',
    'plan',
    'check',
    'status',
  ]) {
    assert.deepEqual(request(command), {...plain, command});
  }
});

test('options reach the run', () => {
  assert.deepEqual(request('sync', '--config', 'a.yml', '--local', 'here', '--wait', '--accept-deletions', '--json'), {
    command: 'sync',
    configPath: 'a.yml',
    local: 'here',
    wait: true,
    acceptDeletions: true,
    offline: false,
  });
  assert.deepEqual(request('check', '--offline'), {...plain, command: 'check', offline: true});
  assert.deepEqual(request('lineage', '--remove'), {...plain, command: 'lineage', remove: true});
});

test('what is read again, and why, reaches the run as it was written', () => {
  const written = ['--resources', 'supplier_invoice', '--period', '2026-03..2026-05', '--reason', 'a late posting'];
  assert.deepEqual(request('resync', ...written), {
    ...plain,
    command: 'resync',
    resources: 'supplier_invoice',
    period: '2026-03..2026-05',
    reason: 'a late posting',
  });
  assert.deepEqual(request('sweep', '--accept-deletions'), {...plain, command: 'sweep', acceptDeletions: true});
});

test('what is proved, and which account is asked about, reach the run', () => {
  const proved = request('reconcile', '--period', '2026-03', '--repair');
  assert.deepEqual(proved, {...plain, command: 'reconcile', period: '2026-03', repair: true});
  const asked = request('routes', '--explain', '0100', '--companies', 'se');
  assert.deepEqual(asked, {...plain, command: 'routes', explain: '0100', companies: 'se'});
});

test('names are separated by commas or spaces, in one word or in several', () => {
  for (const words of [['se,no'], ['se', 'no'], ['se,', 'no']]) {
    const {companies} = request('sync', '--companies', ...words, '--wait') as {companies: string};
    assert.deepEqual(companies.split(/[,\s]+/), ['se', 'no']);
  }
  assert.deepEqual(request('land', '--resources', 'supplier customer'), {
    ...plain,
    command: 'land',
    resources: 'supplier customer',
  });
});

test('a certificate is asked for by its run, or without one', () => {
  const whole = {...plain, command: 'certificate'};
  assert.deepEqual(request('certificate', '20260401t060000-a', '--output', 'a.html'), {
    ...whole,
    run: '20260401t060000-a',
    output: 'a.html',
  });
  assert.deepEqual(request('certificate', '--companies', 'se', 'no', '--json'), {...whole, companies: 'se,no'});
});

test('a job parameter that was left empty narrows nothing', () => {
  assert.deepEqual(request('sync', '--companies', '', '--resources='), {...plain, command: 'sync'});
});

test('what cannot be understood is refused with one message that names it', () => {
  assert.equal(
    complaint('sweap'),
    "unknown command 'sweap'; there are sync, land, commit, sweep, resync, reconcile, certificate, routes, lineage, " +
      'plan, check, status',
  );
  assert.match(complaint('sync', '--confg', 'a'), /unknown option '--confg'.*--config/);
  assert.match(complaint('sync', '--config'), /--config <file>.*missing/);
  assert.match(complaint('sync', 'now'), /too many arguments/);
  assert.match(complaint('land', '--accept-deletions'), /unknown option '--accept-deletions'/);
  assert.match(complaint('sync', '--offline'), /unknown option '--offline'/);
  assert.equal(complaint(), 'no command is given');
  for (const argv of [['snyc'], ['sync', '--confg'], []]) assert.doesNotMatch(complaint(...argv), /\n|^error/);
});

test('version and help are texts to read', () => {
  assert.deepEqual(request('--version'), {kind: 'read', text: '1.2.3'});
  const {text} = request('--help') as {text: string};
  for (const command of ['sync', 'land', 'commit', 'sweep', 'resync', 'plan', 'check', 'status'])
    assert.match(text, new RegExp(`^ +${command} `, 'm'));
  const {text: ofSync} = request('sync', '--help') as {text: string};
  assert.match(ofSync, /--accept-deletions/);
  assert.doesNotMatch(ofSync, /--offline/);
});
