import assert from 'node:assert/strict';
import test from 'node:test';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

const resources = 'account supplier journal_transaction';

test('ids, numbers and texts made of quotes, backslashes, comments, line breaks and emoji arrive whole', async t => {
  const companyIds = {se: `x'; DROP TABLE supplier;--`, no: 'back\\slash `tick` "quote"', dk: 'rød\ngrød 🍓 %2F/..'};
  const world = await World.open(t, {companyIds});
  const [account] = world.visma.truth('se')['account'] ?? [];
  const [supplier] = world.visma.truth('se')['supplier'] ?? [];
  for (const accountCD of [
    `'; DROP TABLE account;--`,
    'a\\',
    '11/20%',
    '11%2F20',
    ' 1x',
    '1x ',
    '💰',
    'xå',
    'xa\u030a',
  ]) {
    const {lastModifiedDateTime: _stamp, timeStamp: _version, ...content} = account ?? {};
    world.visma.insert({company: 'se', collection: 'account', record: {...content, accountCD}});
  }
  const fields = {name: `O'Brien \\ "Söner" \u0000\u001a\n$\{env:HOME} /* -- */`, retainagePct: exact('-0.0')};
  world.visma.change({company: 'se', collection: 'supplier', key: String(supplier?.['number']), fields});
  const first = await world.run('sync', {resources});
  assert.deepEqual(first.problems, []);
  await world.assertTruth({resources: resources.split(' '), stampsToo: true});

  world.visma.clock.advance(3 * 3_600_000);
  world.visma.change({
    company: 'se',
    collection: 'account',
    key: `'; DROP TABLE account;--`,
    fields: {description: '\\'},
  });
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: resources.split(' ')});
});
