import assert from 'node:assert/strict';
import type test from 'node:test';
import {type FaultyProxy, startFaultyProxy} from '../sim/faulty-proxy.ts';
import type {Entity} from '../sim/visma/visma.ts';
import type {Rule} from './veil.ts';
import {World} from './world.ts';

export const salt = 'a salt of the flows, long enough';

export const environment = {VISMA_PRIVACY_SALT: salt};

export const resources = 'supplier customer currency';

export const only = {resources: resources.split(' ')};

export const planted = 'zebrafinch';

export const rules: readonly Rule[] = [
  {resource: 'supplier', columns: ['main_contact_email', 'supplier_attribute.value'], rule: 'hash'},
  {resource: 'supplier', columns: ['main_address_city', 'supplier_attribute.description'], rule: 'drop'},
  {resource: 'customer', columns: ['main_contact_email'], rule: 'hash'},
  {resource: 'currency', columns: ['description'], rule: 'drop'},
];

export const veil = {privacy: rules, salt};

/** Plants a text wherever the rules look. */
export function plantAll({visma}: World): void {
  const which = {company: 'se', collection: 'supplier'};
  const [supplier] = visma.truth('se')['supplier'] ?? [];
  const [customer] = visma.truth('se')['customer'] ?? [];
  const email = `${planted}@x.se`;
  const {mainContact, mainAddress} = supplier ?? {};
  visma.change({
    ...which,
    key: String(supplier?.['number']),
    fields: {
      mainContact: {...(mainContact as Entity), email},
      mainAddress: {...(mainAddress as Entity), city: `${planted} city`},
      attributes: [{id: 'REGION', value: `${planted} value`, description: `${planted} description`}],
    },
  });
  visma.change({
    company: 'se',
    collection: 'customer',
    key: String(customer?.['number']),
    fields: {mainContact: {...(customer?.['mainContact'] as Entity), email}},
  });
  visma.insert({
    company: 'se',
    collection: 'currency',
    record: {id: 'ZZZ', description: `${planted} money`, symbol: 'z', decimalPrecision: 2},
  });
}

export async function changeEverywhere(world: World): Promise<void> {
  world.visma.clock.advance(3 * 3_600_000);
  const [, supplier, third] = world.visma.truth('se')['supplier'] ?? [];
  for (const each of [supplier, third]) {
    const mainContact = {...(each?.['mainContact'] as Entity), email: `${planted}-later@x.se`};
    world.visma.change({
      company: 'se',
      collection: 'supplier',
      key: String(each?.['number']),
      fields: {mainContact},
    });
  }
  const [, customer] = world.visma.truth('se')['customer'] ?? [];
  const which = {company: 'se', collection: 'customer', key: String(customer?.['number'])};
  world.visma.change({...which, fields: {creditDaysPastDue: world.visma.clock.now().getTime() % 1000}});
}

/** Everything planted is held, and one currency of it is marked. */
export async function openLoaded(t: test.TestContext, more: {privacy?: readonly Rule[]; environment?: object} = {}) {
  const options = {resources, privacy: more.privacy ?? [], ...(more.environment && {environment})};
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {...options, prepare: plantAll});
  world.visma.delete({company: 'se', collection: 'currency', key: 'ZZZ'});
  assert.equal((await world.run('sync', options)).exitCode, 0);
  await world.assertTruth({...only, ...(more.privacy && {privacy: more.privacy, salt})});
  return world;
}

export async function openBehindProxy(t: test.TestContext): Promise<{world: World; proxy: FaultyProxy}> {
  const world = await openLoaded(t);
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  return {world, proxy};
}

/** What was planted stands in no column of any table; or of those of these resources. */
export async function assertNowhere(world: World, named: readonly string[] = only.resources): Promise<void> {
  for (const schema of ['visma', 'visma_staging', 'visma_control']) {
    for (const {tableName} of await world.query(`SHOW TABLES IN main.${schema}`)) {
      const isOther = schema !== 'visma_control' && !named.some(name => String(tableName).startsWith(name));
      if (isOther) continue;
      const rows = await world.query(`SELECT * FROM main.${schema}.${tableName}`);
      const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      assert.ok(!text.includes(planted), `${schema}.${tableName} holds it`);
    }
  }
}
