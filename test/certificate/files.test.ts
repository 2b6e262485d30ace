import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {openCertificates} from '../../src/certificate/certificate.ts';
import {MemoryFiles} from '../landing/memory-files.ts';
import {certificateOf} from './sample.ts';

const folder = '/Volumes/main/visma_staging/landing/run-state/certificates';
const pathOf = (run: string): string => `${folder}/${run}.json`;

const opened = (): {files: MemoryFiles; certificates: ReturnType<typeof openCertificates>} => {
  const files = new MemoryFiles();
  return {files, certificates: openCertificates({files, folder})};
};

test('a certificate is read as it was put, digits and digest', async () => {
  const {certificates} = opened();
  const put = certificateOf();
  const mark = await certificates.put(put);
  const found = await certificates.find(put.run);
  assert.deepEqual(found, {...mark, certificate: put, altered: false, misnamed: false});
  assert.match(mark.sha256, /^[0-9a-f]{64}$/);
});

test('a run without one is shown the last one before it; without a name it is the newest', async () => {
  const {certificates} = opened();
  assert.equal(await certificates.find(), undefined);
  for (const run of ['20260401t060000-b', '20260403t060000-a', '20260402t060000-c']) {
    await certificates.put(certificateOf({run}));
  }
  const runs = [undefined, '20260402t120000-x', '20260402t060000-c', '20260401t050000-x'];
  const found = await Promise.all(runs.map(run => certificates.find(run)));
  assert.deepEqual(
    found.map(each => each?.certificate.run),
    ['20260403t060000-a', '20260402t060000-c', '20260402t060000-c', undefined],
  );
});

test('I27 the newest certificate is that by the clock of the volume, whatever its run is called', async () => {
  const {files, certificates} = opened();
  for (const run of ['20310401t060000-ahead', '20260402t060000-right']) {
    await certificates.put(certificateOf({run}));
    files.now = new Date(files.now.getTime() + 60_000);
  }
  assert.equal((await certificates.find())?.certificate.run, '20260402t060000-right');
});

test('what was altered is told, whatever was altered; what is no certificate is refused', async t => {
  const {files, certificates} = opened();
  const {run} = certificateOf();
  const path = pathOf(run);
  await certificates.put(certificateOf());
  const text = files.text(path);
  const rewrite = (content: string): Promise<void> => files.put(path, new TextEncoder().encode(content));
  for (const [from, to] of [
    ['"live": 1234', '"live": 1235'],
    ['12345678901234567890.1230000000', '12345678901234567890.1230000001'],
    ['"state": "proven"', '"state": "due"'],
    ['a note', 'another note'],
  ] as const) {
    assert.ok(text.includes(from), from);
    await rewrite(text.replace(from, to));
    assert.equal((await certificates.find(run))?.altered, true, from);
  }
  await rewrite(text.replaceAll('\n', '\r\n'));
  assert.equal((await certificates.find(run))?.altered, false, 'spaces between say nothing');
  const spoilt: Readonly<Record<string, string>> = {
    'cut off': text.slice(0, 400),
    'of another version': text.replace('"version": 1', '"version": 2'),
    'without its digest': text.replace(/"sha256": "[0-9a-f]+",\n "content"/, '"content"'),
    'with text for a count': text.replace('"live": 1234', '"live": "many"'),
    'no object': '[]',
  };
  for (const [what, content] of Object.entries(spoilt)) {
    await t.test(what, async () => {
      assert.notEqual(content, text);
      await rewrite(content);
      await assert.rejects(certificates.find(run), (thrown: unknown) => {
        assert.ok(thrown instanceof SyncError && thrown.kind === 'data');
        assert.doesNotMatch(`${thrown.message} ${thrown.hint}`, /many|Nordic/);
        return true;
      });
    });
  }
});
