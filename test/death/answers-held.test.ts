import assert from 'node:assert/strict';
import {rm} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {assertClean} from './aftermath.ts';
import type {Passed} from './gate.ts';
import {runHeld} from './held.ts';
import {startBooks} from './scenario.ts';
import {Site} from './site.ts';

const resources = ['account', 'credit_term'];

/** One request of each kind: how long each may take differs, and so does what follows. */
const kinds: ReadonlyArray<readonly [what: string, is: (passed: Passed) => boolean]> = [
  ['a token of Visma', ({label}) => label === 'visma POST /connect/token'],
  ['a list', ({label}) => label === 'visma GET /v1/account'],
  ['a token of the workspace', ({label}) => label === 'workspace POST /oidc/v1/token'],
  ['a part', ({label}) => / PUT .*account-00000\.parquet$/.test(label)],
  ['a manifest', ({label}) => / PUT .*\/load\.json$/.test(label)],
  ['a look at the volume', ({label}) => label.startsWith('workspace GET /api/2.0/fs/directories')],
  ['a MERGE', ({label}) => label.startsWith('workspace MERGE INTO main.visma.account')],
];

test('I10 an answer that comes later than anybody waits leaves the tables true', {
  concurrency: kinds.length,
}, async t => {
  const visma = await startBooks();
  t.after(() => visma.close());
  const before = await Site.open({visma, resources});
  await before.run('sync');
  for (const {id} of visma.companies) {
    const [, account] = visma.truth(id)['account'] ?? [];
    const which = {company: id, collection: 'account', key: String(account?.['accountCD'])};
    visma.change({...which, fields: {description: 'Omdöpt'}});
  }
  const from = await before.leave();
  t.after(() => rm(path.dirname(from), {recursive: true, force: true}));
  await Promise.all(
    kinds.map(([what, is], place) =>
      t.test(`held beyond its time at ${place + 1}: ${what}`, async () => {
        const site = await Site.open({visma, from, resources});
        try {
          const {held, report} = await runHeld(site, is);
          assert.equal(held, 1, 'the request was held once');
          site.advance(2 * 3_600_000);
          const last = await site.run('sync');
          assert.deepEqual(last.report.problems, []);
          await site.assertTruth();
          await assertClean(site, [report.run, last.report.run]);
          assert.equal((await site.run('sync')).report.statements, 0);
        } finally {
          await site.close();
        }
      }),
    ),
  );
});
