import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {slice} from '../../src/model/names.ts';
import {document, numbers, recordOf, Stage, tombstonesOf} from './sweep-stage.ts';
import {chainOf, documents} from './sweeping.ts';

test('a sweep that agrees lands nothing, or an empty load that proves what was provisional', async () => {
  const quiet = new Stage().load(document('1'), document('2', '202601'));
  await quiet.sweep();
  assert.equal(quiet.manifests.length, 0);

  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.cursor = {rowsHeld: 2, provisional: true, tailDigest: 'tail', tailRows: 2};
  await stage.sweep();
  const [manifest] = stage.manifests;
  assert.deepEqual([manifest?.kind, manifest?.sequence, manifest?.after, manifest?.files], ['sweep', 4, 'load-3', []]);
  assert.deepEqual(manifest?.cursor, {...stage.cursor, passSeconds: 0, provisional: false});
  await stage.sweep();
  assert.equal(stage.manifests.length, 1, 'what is proved is proved');
});

test('passes stay provisional while something was lacking, or the periods do not add up to the list', async () => {
  const stage = new Stage().load(document('1'));
  stage.cursor = {rowsHeld: 1, provisional: true};
  stage.list.push(document('2'));
  await stage.sweep();
  assert.equal(stage.manifests[0]?.cursor.provisional, true);

  const odd = new Stage().load(document('1'), document('2', '209912'));
  odd.cursor = {rowsHeld: 2, provisional: true};
  await odd.sweep();
  assert.equal(odd.manifests.length, 0);
});

test('I12 a key is marked when two runs missed it and its path finds others and not it', async () => {
  const stage = new Stage().load(document('1'), document('2'));
  stage.list.pop();
  await stage.sweep();
  assert.deepEqual([stage.manifests.length, stage.asked], [0, []]);
  assert.deepEqual(
    stage.missing.map(({recordId}) => recordId),
    ['2'],
  );
  await stage.sweep();
  assert.deepEqual(stage.asked, ['1', '2'], 'first a key that the list shows');
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
  assert.deepEqual(stage.missing, []);
  assert.deepEqual(
    stage.sweeps.filter(({marked}) => marked > 0).map(({period, missing}) => [period, missing]),
    [['202602', 1]],
  );
});

test('I12 a key that its path finds is not marked, and is missing no more', async () => {
  const stage = new Stage().load(document('1'), document('2'));
  stage.list.pop();
  await stage.sweep();
  stage.answer = recordId => ({kind: 'found', record: recordOf(document(recordId, '202512', 'B'))});
  await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), [0]);
  assert.equal(stage.manifests[0]?.counts.landed, 1, 'what moved is landed');
  assert.deepEqual(stage.missing, []);
});

test('I12 where no path can name a record, a third reading has to lack it', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.list.splice(1, 1);
  await stage.sweep();
  stage.walks.length = 0;
  await stage.sweep();
  assert.equal(stage.walks.filter(({portion}) => portion === '202602').length, 2);
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
});

test('I23 a list that counts more than it shows marks nothing that no path can name', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.disputed = true;
  stage.list.splice(1, 1);
  for (let run = 0; run < 3; run++) await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), []);
  stage.disputed = false;
  await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), [1]);
});

test('I12 what no path can name is not marked before all of the list was walked since', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.list.splice(1, 1);
  await stage.sweep();
  stage.walksLeft = 2;
  const cut = await stage.sweep();
  assert.deepEqual(
    cut.errors.map(({kind}) => kind),
    ['limited'],
  );
  assert.equal(stage.manifests.length, 0, 'it may have moved to a part that was not walked');
  stage.walksLeft = Number.POSITIVE_INFINITY;
  await stage.sweep();
  await stage.sweep();
  assert.equal(stage.manifests.map(tombstonesOf)[0], 1);
});

test('I27 runs whose names go back never make a walk before look like one since', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.more = {sweepEveryMs: 1000};
  stage.nameRun = count => `${3000 - count}0301t000000`;
  await stage.sweep();
  stage.list.splice(1, 1);
  await stage.sweep('by schedule');
  stage.walks.length = 0;
  await stage.sweep('by schedule');
  assert.ok(stage.walks.every(({portion}) => portion !== '202601'));
  assert.deepEqual([stage.missing.length, stage.manifests.length], [1, 0], 'it may have moved to a closed period');
  stage.missing = stage.missing.map(({missedAt: _, ...key}) => key);
  await stage.sweep('by schedule');
  assert.equal(stage.manifests.length, 0, 'when it was missed is unknown, and decides nothing');
  await stage.sweep();
  assert.deepEqual(stage.manifests.map(tombstonesOf), [1]);
});

test('I27 a part that was walked since counts, whatever its run is called', async () => {
  const stage = new Stage().load(document('1'), document('2'), document('3', '202601'));
  stage.answer = () => ({kind: 'another'});
  stage.nameRun = count => `${3000 - count}0301t000000`;
  stage.list.splice(1, 1);
  await stage.sweep();
  stage.more = {sweepEveryMs: 1000};
  stage.sweeps = stage.sweeps.map(each => (each.period === '202601' ? {...each, sweptAt: stage.clock.now()} : each));
  const [missed] = stage.missing;
  stage.missing = missed ? [{...missed, missedAt: new Date(stage.clock.now().getTime() - 1)}] : [];
  await stage.sweep('by schedule');
  assert.deepEqual(stage.manifests.map(tombstonesOf), [1]);
});

test('I26 a part of a list that fails is reported, and leaves the others to be swept', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.list.push(document('3', '202601'), document('4'));
  stage.failing = new Set(['202602']);
  const {errors} = await stage.sweep();
  assert.deepEqual(
    errors.map(({kind}) => kind),
    ['transient'],
  );
  const swept = (): readonly string[] => stage.sweeps.map(({period}) => period).toSorted();
  assert.deepEqual([stage.manifests[0]?.counts.landed, swept()], [1, ['202601', 'cycle', 'without']]);
  stage.failing = new Set();
  stage.walks.length = 0;
  assert.deepEqual((await stage.sweep()).errors, []);
  assert.deepEqual(
    stage.walks.map(({portion}) => portion),
    ['202602'],
  );
  assert.equal(stage.manifests[1]?.counts.landed, 1);
});

test('I26 a slice that fails is reported, and leaves the others to be swept', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.more = {sweepWholeMax: 100};
  stage.slices = ['branch=N', 'branch=S', 'branch=W'].map(slice);
  stage.failing = new Set(['branch=S']);
  const {errors, completed} = await stage.sweep();
  assert.deepEqual([errors.map(({kind}) => kind), completed], [['transient'], 2]);
  const swept = stage.sweeps.filter(({period}) => period === '').map(each => each.slice);
  assert.deepEqual(swept.toSorted(), ['branch=N', 'branch=W']);
});

test('I12 beyond the guard nothing is asked for and nothing is marked', async () => {
  const stage = new Stage().load(...numbers(0, 60));
  stage.list = stage.list.slice(0, 38);
  await stage.sweep();
  const {errors} = await stage.sweep();
  assert.deepEqual(
    errors.map(({kind, facts}) => [kind, facts['gone'], facts['live']]),
    [['guard', 22, 60]],
  );
  assert.deepEqual([stage.asked, stage.manifests.length, stage.missing.length], [[], 0, 22]);
  stage.more = {acceptDeletions: true};
  assert.deepEqual((await stage.sweep()).errors, []);
  assert.equal(stage.manifests.map(tombstonesOf)[0], 22);
});

test('what was answered before the window ended is marked, and the rest is asked for the next time', async () => {
  const stage = new Stage().load(...numbers(0, 10));
  stage.list = stage.list.slice(0, 5);
  await stage.sweep();
  stage.answer = recordId => {
    if (stage.asked.length > 3) throw new SyncError('limited', 'the window is spent');
    return recordId === '4' ? {kind: 'found', record: recordOf(document('4'))} : {kind: 'absent'};
  };
  const {errors} = await stage.sweep();
  assert.deepEqual(
    errors.map(({kind}) => kind),
    ['limited'],
  );
  assert.equal(stage.manifests.map(tombstonesOf)[0], 2);
  assert.equal(stage.missing.length, 3);
});

test('what was not settled is not remembered as swept', async () => {
  const stage = new Stage().load(document('1'));
  stage.list.push(document('2'));
  stage.settles = false;
  await stage.sweep();
  assert.equal(stage.manifests[0]?.counts.landed, 1);
  assert.deepEqual(
    stage.sweeps.map(({period}) => period),
    ['cycle'],
  );
});

test('a list of headers is walked first, and the whole one only where it shows a difference', async () => {
  const stage = new Stage();
  stage.resource = {...documents, headers: '/v1/documentbasic'};
  stage.load(document('1', '202601'), document('2'));
  await stage.sweep();
  assert.ok(stage.walks.every(({keysOnly}) => keysOnly));
  stage.walks.length = 0;
  stage.list[1] = document('2', '202602', 'B');
  await stage.sweep();
  assert.deepEqual(
    stage.walks.filter(({keysOnly}) => !keysOnly).map(({portion}) => portion),
    ['202602'],
  );
  assert.equal(stage.manifests[0]?.counts.landed, 1);
});

test('a document on hold that bears a period belongs to its period', async () => {
  const stage = new Stage().load(document('1'), document('2', ''));
  stage.onHold = new Set(['1', '2']);
  const {details} = await stage.sweep();
  assert.deepEqual([details[0]?.['keys'], details[0]?.['lacking'], details[0]?.['missing']], [2, 0, 0]);
});

test('a scheduled sweep meets a list first, and walks it when that has grown old', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  stage.more = {sweepEveryMs: 7 * 86_400_000};
  await stage.sweep('by schedule');
  assert.deepEqual(
    stage.sweeps.map(({period, keys}) => [period, keys]),
    [['first load', 1]],
  );
  assert.equal(stage.walks.length, 0);
  stage.clock.advance(8 * 86_400_000);
  const {completed} = await stage.sweep('by schedule');
  assert.equal(completed, 2, 'the open period, and what bears none');
  assert.deepEqual(
    stage.walks.map(({portion}) => portion),
    ['', '202602'],
  );
});

test('a scheduled run whose sweep is short of calls is not partial, and says that it goes on', async () => {
  const stage = new Stage().load(document('1'), document('2', '202601'));
  assert.equal((await stage.sweepDue()).completed, 0, 'none where the configuration says never');
  assert.equal(stage.sweeps.length, 0);
  stage.more = {sweepEveryMs: 86_400_000};
  await stage.sweepDue();
  stage.clock.advance(9 * 86_400_000);
  stage.walksLeft = 1;
  const {errors, completed} = await stage.sweepDue();
  assert.deepEqual([errors, completed], [[], 1]);
  assert.ok(stage.events.some(event => event.event === 'note' && /goes on with the next run/.test(event.message)));
  stage.walksLeft = Number.POSITIVE_INFINITY;
  assert.equal((await stage.sweepDue([{...chainOf().tip}])).completed, 0, 'what is lost is read again first');
  assert.equal((await stage.sweepDue()).completed, 2);
});
