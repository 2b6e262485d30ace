import assert from 'node:assert/strict';
import test from 'node:test';
import {openBooks} from './ledger-books.ts';

test('routes says which rule takes an account, and why the others do not, and calls nobody', async t => {
  const world = await openBooks(t, {visma: {size: 'empty'}});
  const all = await world.run('routes');
  assert.deepEqual(
    all.details?.map(({group, table}) => [group, table]),
    [
      ['revenue', 'gl_revenue'],
      ['goods', 'gl_goods'],
      ['goods', 'gl_goods'],
      ['receivable', null],
    ],
  );
  const asked = await world.run('routes', {explain: '4010', companies: 'dk'});
  assert.deepEqual(
    asked.details?.map(({verdict, why}) => [verdict, why]),
    [
      ['other accounts', 'none of its codes and ranges has it'],
      ['other companies', '4000-4999'],
      ['other accounts', 'none of its codes and ranges has it'],
      ['other accounts', 'none of its codes and ranges has it'],
      ['no route', ''],
    ],
  );
  const anywhere = await world.run('routes', {explain: '4010'});
  assert.deepEqual(anywhere.details?.at(-1), {
    ...{account: '4010', place: null, verdict: 'no route', why: 'for other companies', group: 'other'},
  });
  assert.equal(world.visma.requestCount(), 0);
  const without = await world.run('routes', {ledger: {}});
  assert.equal(without.exitCode, 2);
  assert.match(without.problems[0]?.message ?? '', /^there are no routes/);
});
