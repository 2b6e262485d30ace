import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {refuseStatement} from '../death/sql-refusal.ts';
import type {World} from '../flows/world.ts';
import {exact} from '../sim/visma/visma.ts';
import {type Hidden, type Leak, leaksIn, leaksInFiles, leaksInTables, saidBy} from './leaks.ts';
import {openSmall, proxyOf} from './stage.ts';

const salt = 'a-salt-of-32-characters-or-more+/="%';
const vismaSecret = 'v!sma secret "with" \\quotes\\ & %41';
const values = ['Zebrafinch-4711-planted', '424242.4242424242', 'planted@nowhere.example'];
const always = {times: Number.POSITIVE_INFINITY} as const;

const hiddenOf = ({workspace}: World): Hidden => ({
  secrets: {
    "Visma's client secret": vismaSecret,
    "the workspace's client secret": workspace.clientSecret,
    'the salt': salt,
  },
  planted: values,
});

function plant({visma}: World): void {
  visma.clock.advance(3 * 3_600_000);
  const [text = '', number = '', address = ''] = values;
  for (const {number: key} of visma.truth('se')['supplier'] ?? []) {
    const which = {company: 'se', collection: 'supplier', key: String(key)};
    visma.change({...which, fields: {name: text, retainagePct: exact(number), odd: address}});
  }
  visma.insert({company: 'se', collection: 'currency', record: {description: text}});
}

const commands: ReadonlyArray<readonly string[]> = [
  ['sync'],
  ['land'],
  ['commit'],
  ['sweep'],
  ['resync', '--reason', 'to be sure'],
  ['plan'],
  ['check'],
  ['status'],
];

/** Each command as a program asks for it, and as a person does. */
async function sayAll(configPath: string, hidden: Hidden, resources = 'currency,supplier'): Promise<Said> {
  const leaks: Leak[] = [];
  const codes: number[] = [];
  for (const command of commands) {
    for (const json of [['--json'], []]) {
      const argv = [...command, '--config', configPath, '--resources', resources, ...json];
      const {code, text} = await saidBy(argv, {VISMA_PRIVACY_SALT: salt});
      assert.ok(text.length > 0, `${command[0]} says something`);
      codes.push(code);
      leaks.push(...leaksIn(text, argv.join(' '), hidden));
    }
  }
  return {leaks, codes};
}

interface Said {
  readonly leaks: readonly Leak[];
  readonly codes: readonly number[];
}

const openPlanted = async (t: test.TestContext): Promise<World> => {
  const world = await openSmall(t, {visma: {clientSecret: vismaSecret}});
  plant(world);
  return world;
};

test('the scanner finds what it looks for, in every form', () => {
  const hidden = {secrets: {one: vismaSecret}, planted: values};
  const base64 = Buffer.from(`me:${vismaSecret}`).toString('base64');
  const texts = [vismaSecret, JSON.stringify({a: vismaSecret}), `?x=${encodeURIComponent(vismaSecret)}`];
  for (const text of texts) assert.deepEqual(leaksIn(`… ${text} …`, 'here', hidden), [{what: 'one', where: 'here'}]);
  for (const text of ['local-3-0123456789abcdef', `Basic ${base64}`, hash('sha256', 'a', 'base64url')]) {
    assert.ok(leaksIn(`"${text}"`, 'here', hidden).length > 0, text);
  }
  assert.deepEqual(leaksIn(values.join(' '), 'here', hidden).length, 3);
  assert.deepEqual(leaksIn('20261126t015129-5247f79b076042fe', 'here', hidden), []);
});

test('I9 no command says a secret, a token or a value of a row, nor leaves one anywhere', async t => {
  const world = await openPlanted(t);
  const hidden = hiddenOf(world);
  const {leaks, codes} = await sayAll(await world.writeConfig(), hidden);
  assert.deepEqual(leaks, []);
  assert.deepEqual([...new Set(codes)], [0]);
  assert.deepEqual(await leaksInFiles(world, hidden), []);
  assert.deepEqual(await leaksInTables(world, hidden), []);
  const [held] = await world.query(`SELECT COUNT(*) AS n FROM main.visma.supplier WHERE name = '${values[0]}'`);
  assert.ok(Number(held?.['n']) > 0, 'what is planted did arrive');
});

test('I9 nor does any command that fails, whatever the other side says', async t => {
  const world = await openPlanted(t);
  const hidden = hiddenOf(world);
  const said = `${values.join(' ')} ${vismaSecret} ${world.workspace.clientSecret}`;
  const body = JSON.stringify({error_code: said, message: said, ExceptionMessage: said, error: said});
  const proxy = await proxyOf(t, world);
  const through = await world.writeConfig({host: proxy.host});
  const spoil = (kind: object) => (): (() => void) => {
    const set = world.visma.fault({path: '/*', kind: 'answer', status: 500, ...kind, ...always});
    return () => set.lift();
  };
  const troubles: Readonly<Record<string, {readonly config?: string; readonly begin?: () => () => void}>> = {
    "Visma's secret is wrong": {config: await world.writeConfig({visma: {client_secret: `${vismaSecret}!`}})},
    "the workspace's secret is wrong": {
      config: await world.writeConfig({databricks: {client_secret: `${world.workspace.clientSecret}!`}}),
    },
    'Visma answers 400 with everything': {begin: spoil({path: '/v1/*', status: 400, body})},
    'Visma answers no JSON': {begin: spoil({path: '/v1/*', status: 200, body: said})},
    'tokens are refused with everything': {begin: spoil({path: '/connect/token', status: 400, body})},
    'the volume refuses with everything': {
      config: through,
      begin: () => proxy.add({path: '/api/2.0/fs/', does: {status: 403, body}}),
    },
    'the workspace grants no token, with everything': {
      config: through,
      begin: () => proxy.add({path: '/oidc/v1/token', does: {status: 400, body}}),
    },
    'the warehouse refuses with everything': {
      config: through,
      begin: () =>
        proxy.add({
          thrift: 'ExecuteStatement',
          does: call => refuseStatement(call, {sqlState: '22018', text: `[CAST_INVALID_INPUT] ${said}`}),
        }),
    },
  };
  const fine = await world.writeConfig();
  for (const [what, {config = fine, begin}] of Object.entries(troubles)) {
    await t.test(what, async () => {
      const end = begin?.();
      const {leaks, codes} = await sayAll(config, hidden);
      end?.();
      assert.deepEqual(leaks, []);
      assert.ok(codes.some(code => code !== 0));
    });
  }
  assert.deepEqual(await leaksInFiles(world, hidden), []);
  assert.deepEqual(await leaksInTables(world, hidden), []);
});

test('I9 a configuration that can not be read is complained of without what stands in it', async t => {
  const world = await openPlanted(t);
  const hidden = hiddenOf(world);
  const file = path.join(world.folder, 'odd.yml');
  const secret = JSON.stringify(vismaSecret);
  const written = [
    `visma: {client_secret: ${secret}, client_secret: ${secret}}`,
    `visma:\n  client_secret: ${secret}\n   client_id: [`,
    `visma:\n  client_secrets: ${secret}`,
    `visma: {client_id: x, client_secret: [${secret}]}`,
    `visma: {client_id: x, client_secret: ${secret}, token_url: ${secret}, api_url: ${secret}}`,
    `visma: {client_id: x, client_secret: {a: ${secret}}}\n${secret}`,
    secret,
    `sync: ${secret}`,
    `- ${secret}`,
  ];
  for (const text of written) {
    await writeFile(file, text);
    const {leaks, codes} = await sayAll(file, hidden);
    assert.deepEqual(leaks, [], text);
    assert.deepEqual([...new Set(codes)], [2]);
  }
});
