import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after} from 'node:test';
import {fileURLToPath} from 'node:url';
import {inspect} from 'node:util';
import {SyncError} from '../../src/base/errors.ts';
import {resources as catalogue} from '../../src/catalogue/catalogue.ts';
import {type ConfigSource, type ReadConfig, readConfig} from '../../src/config/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-'));
after(() => rmSync(folder, {recursive: true}));

const environment = {
  VISMA_CLIENT_ID: 'visma-app',
  VISMA_CLIENT_SECRET: 'visma-secret-value',
  DATABRICKS_HOST: 'adb-1.azuredatabricks.net',
  DATABRICKS_CLIENT_ID: 'databricks-app',
  DATABRICKS_CLIENT_SECRET: 'databricks-secret-value',
  DATABRICKS_WAREHOUSE_ID: '00abc',
};

const least = `
visma:
  client_id: app
  client_secret: visma-secret-value
  companies:
    - {id: se, tenant_id: t-se, currency: SEK}
databricks: {warehouse_id: w1}
`;

type Beside = Partial<Omit<ConfigSource, 'path'>>;

function read(content: string | Uint8Array, beside: Beside = {}): ReadConfig {
  const file = path.join(folder, 'visma.yml');
  writeFileSync(file, content);
  return readConfig({path: file, environment: {}, ...beside});
}

/** What is complained about: the lines after the first, without their indent. */
function complaints(content: string | Uint8Array, beside: Beside = {}): string[] {
  const error = thrownBy(() => read(content, beside));
  assert.equal(error.kind, 'configuration');
  return error.message
    .split('\n')
    .slice(1)
    .map(line => line.trim());
}

function thrownBy(action: () => unknown): SyncError {
  try {
    action();
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError, String(thrown));
    return thrown;
  }
  return assert.fail('nothing was thrown');
}

const company = (more: string): string => least.replace('currency: SEK', more);

test('the configuration that the bundle ships is valid once its environment is set', () => {
  const file = fileURLToPath(new URL('../../bundle/visma.yml', import.meta.url));
  const {config, secrets} = readConfig({path: file, environment});
  assert.deepEqual(
    config.visma.companies.map(one => one.id),
    ['se'],
  );
  assert.equal(config.visma.clientSecret.reveal(), 'visma-secret-value');
  assert.equal(config.databricks.host, 'https://adb-1.azuredatabricks.net');
  assert.deepEqual(
    secrets.map(secret => secret.reveal()),
    ['visma-secret-value'],
  );
  const {sync} = read(least).config;
  assert.deepEqual(config.sync, sync, 'what it says aloud are the defaults');
});

test('the shipped configuration names every variable that is missing, all at once, each with its line', () => {
  const file = fileURLToPath(new URL('../../bundle/visma.yml', import.meta.url));
  const {message} = thrownBy(() => readConfig({path: file, environment: {VISMA_CLIENT_ID: ''}}));
  assert.match(message, /visma\.client_id, line 5: the environment variable VISMA_CLIENT_ID is empty/);
  assert.match(message, /visma\.client_secret, line 6: the environment variable VISMA_CLIENT_SECRET is not set/);
  assert.match(message, /databricks\.warehouse_id, line \d+: is missing; .* or set DATABRICKS_WAREHOUSE_ID/);
  assert.equal(message.split('\n').length, 4, message);
});

test('what is left out has its default', () => {
  const {config} = read(least);
  assert.deepEqual(config.databricks, {warehouseId: 'w1', catalog: 'main', schema: 'visma'});
  assert.equal(config.visma.tokenUrl, 'https://connect.visma.com/connect/token');
  assert.equal(config.visma.apiUrl, 'https://api.finance.visma.net');
  assert.deepEqual(config.visma.companies, [{id: 'se', name: 'se', tenantId: 't-se', currency: 'SEK', headers: {}}]);
  assert.deepEqual(config.sync, {
    resources: catalogue.filter(resource => resource.groups.includes('default')),
    overlapMs: 7_200_000,
    pageSizeMax: 5000,
    rateShare: 0.8,
    deletionGuard: 0.3,
    sweepShare: 0.2,
    sweepEveryMs: 604_800_000,
    sweepWholeMax: 20_000,
    retentionMs: 604_800_000,
    statementTimeoutMs: 1_800_000,
    companiesAtOnce: 4,
    stretchPages: 20,
    partBytesMax: 32_000_000,
  });
});

test('what Unity Catalog is shown of is all, where the file does not say otherwise', () => {
  assert.deepEqual(read(least).config.lineage, {external: true, tags: true});
  const {lineage} = read(`${least}lineage: {external: false, tags: true, owner: data-team}\n`).config;
  assert.deepEqual(lineage, {external: false, tags: true, owner: 'data-team'});
  const {message} = thrownBy(() => read(`${least}lineage: {tags: perhaps}\n`));
  assert.match(message, /lineage\.tags, line \d+: must be true or false/);
});

test('sections and keys without a value count as left out', () => {
  const {config} = read(`${least}sync:\n  overlap:\n  page_size: ~\n  rate_share: null\nledger:\nprivacy:\n`);
  assert.deepEqual(config.sync, read(least).config.sync);
});

test('every key of the sync section is read in its unit', () => {
  const written = `sync: {resources: 'currency, account', overlap: 90m, page_size: 500, rate_share: 1,
    deletion_guard: 0, sweep_share: 0.5, sweep_every: 12h, sweep_whole_max: 100, retention: 36h, statement_timeout: 45s,
    companies_at_once: 2, stretch_pages: 7, part_size: 1 gb}`;
  const {sync} = read(`${least}${written}\n`).config;
  assert.deepEqual(
    {...sync, resources: sync.resources.map(resource => resource.name)},
    {
      resources: ['account', 'currency'],
      overlapMs: 5_400_000,
      pageSizeMax: 500,
      rateShare: 1,
      deletionGuard: 0,
      sweepShare: 0.5,
      sweepEveryMs: 43_200_000,
      sweepWholeMax: 100,
      retentionMs: 129_600_000,
      statementTimeoutMs: 45_000,
      companiesAtOnce: 2,
      stretchPages: 7,
      partBytesMax: 1_000_000_000,
    },
  );
});

test('a scheduled run sweeps never where that is what the file says', () => {
  assert.equal(read(`${least}sync: {sweep_every: never}\n`).config.sync.sweepEveryMs, undefined);
  const {message} = thrownBy(() => read(`${least}sync: {sweep_every: seldom}\n`));
  assert.match(message, /sync\.sweep_every, line \d+: is no duration/);
});

test('an id stays the text that was written, whatever YAML would make of it', () => {
  for (const id of ['007', 'NO', '1e3', 'true', '0x1F', '12345678901234567890']) {
    const {config} = read(least.replace('id: se', `id: ${id}`));
    assert.equal(config.visma.companies[0]?.id, id);
  }
});

test('an id may hold any characters', () => {
  const id = "x'; DROP TABLE `a`, \\ å 日本";
  const {config} = read(least.replace('id: se', `id: ${JSON.stringify(id)}`));
  assert.equal(config.visma.companies[0]?.id, id);
});

test('references are resolved anywhere in a text, and what they give is not looked into again', () => {
  const content = least
    .replace('client_id: app', `client_id: "pre-\${ID}-\${ID}-post"`)
    .replace('visma-secret-value', `\${SECRET}`);
  const {config} = read(content, {environment: {ID: `a\${SECRET}`, SECRET: 's3cret'}});
  assert.equal(config.visma.clientId, `pre-a\${SECRET}-a\${SECRET}-post`);
  assert.equal(config.visma.clientSecret.reveal(), 's3cret');
});

test('a reference that is none is a complaint', () => {
  for (const wrong of [`\${}`, `\${A B}`, `\${UNCLOSED`, `\${1A}`]) {
    const [complaint] = complaints(least.replace('client_id: app', `client_id: "${wrong}"`));
    assert.match(complaint ?? '', /^visma\.client_id, line 3: a reference is/);
  }
});

test('a secret shows nowhere in what was read', () => {
  const {config} = read(least);
  assert.doesNotMatch(`${inspect(config, {depth: 9})}${JSON.stringify(config)}`, /visma-secret-value/);
});

test('unknown keys are complaints, each with its place and the keys that are known there', () => {
  const content = `${company('currency: SEK, curency: SEK')}sync: {pagesize: 3, overlap: 2h}\nextra: 1\n`;
  const found = complaints(content);
  assert.equal(found.length, 3);
  assert.match(found[0] ?? '', /^visma\.companies\[0\]\.curency, line 6: is not known; the keys here are id, name, /);
  assert.match(found[1] ?? '', /^sync\.pagesize, line 8: is not known; the keys here are .*page_size/);
  assert.match(found[2] ?? '', /^extra, line 9: is not known/);
});

test('everything that is wrong is told at once', () => {
  const found = complaints(`
visma:
  client_id: \${NOWHERE}
  token_url: http://connect.visma.com/connect/token
  api_url: nonsense
  companies:
    - {id: se, tenant_id: a, currency: SEK}
    - {id: se, tenant_id: b, currency: kroner}
    - {id: no, tenant_id: a, currency: NOK}
databricks: {host: http://example.com, schema: a.b, client_id: x}
sync: {overlap: soon, page_size: many, rate_share: 0, deletion_guard: 1.5, resources: supplierz, colour: red}
ledger: {dimensions: 1}
privacy: [supplier]
`);
  const expected = [
    'sync.colour, line 11',
    'ledger.dimensions, line 12',
    'visma.client_id, line 3: the environment variable NOWHERE is not set',
    'visma.client_secret, line 2: is missing; it must be the client secret',
    'visma.token_url, line 4: must begin with https://',
    'visma.api_url, line 5: is no address',
    'visma.companies[1].currency, line 8: is no ISO 4217',
    'databricks.host, line 10: must begin with https://',
    'databricks.schema, line 10: must be one name',
    'sync.resources, line 11: names what is not known: supplierz; known are all,',
    'sync.overlap, line 11: is no duration',
    'sync.page_size, line 11: must be a whole number',
    'sync.rate_share, line 11: must be a number above 0',
    'sync.deletion_guard, line 11: must be a number from 0 to 1',
    'privacy[0], line 13: must be a section with the keys resource, columns, rule',
    'visma.companies[1].id, line 8: is the same as that of visma.companies[0]',
    'visma.companies[2].tenant_id, line 9: is the same as that of visma.companies[0]',
    'databricks.client_secret, line 10: is missing beside client_id',
    'databricks.warehouse_id, line 10: is missing; write the id of a SQL warehouse, or set DATABRICKS_WAREHOUSE_ID',
  ];
  for (const beginning of expected) {
    assert.equal(found.filter(one => one.startsWith(beginning)).length, 1, `${beginning}\n${found.join('\n')}`);
  }
  assert.equal(found.length, expected.length, found.join('\n'));
});

test('no complaint quotes a value, for it may be a secret in the wrong place', () => {
  const slip = 's3cret-in-the-wrong-place';
  const content = [
    `visma: {client_id: [${slip}], token_url: "https://u:${slip}@x", api_url: ${slip}, companies: ${slip}}`,
    `databricks: {host: "ftp://${slip}", schema: "${slip} x", warehouse_id: {a: ${slip}}, catalog: "${slip}/"}`,
    `sync: {overlap: ${slip}, page_size: ${slip}, rate_share: ${slip}, part_size: ${slip}, extra: ${slip}}`,
  ];
  assert.doesNotMatch(complaints(content.join('\n')).join('\n'), /s3cret/);
  for (const broken of [`a: "${slip}`, `a: ${slip}: b`, `a: *${slip}`, `a: !${slip} b`, `a: {b: \${${slip}}}`]) {
    assert.doesNotMatch(complaints(broken).join('\n'), /s3cret/);
  }
});

test('http is spoken on loopback only', () => {
  for (const host of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:9']) {
    const {config} = read(least.replace('warehouse_id', `host: "${host}", warehouse_id`));
    assert.equal(config.databricks.host, host);
  }
  for (const host of ['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://10.0.0.1']) {
    assert.match(complaints(least.replace('warehouse_id', `host: "${host}", warehouse_id`))[0] ?? '', /loopback only/);
  }
});

test('a workspace may be given as a host, an address, and with a port', () => {
  const expected = {
    'adb-1.azuredatabricks.net': 'https://adb-1.azuredatabricks.net',
    'https://adb-1.azuredatabricks.net/': 'https://adb-1.azuredatabricks.net',
    'dbc.example.com:8443': 'https://dbc.example.com:8443',
  };
  for (const [written, host] of Object.entries(expected)) {
    assert.equal(read(least.replace('warehouse_id', `host: "${written}", warehouse_id`)).config.databricks.host, host);
  }
  for (const wrong of ['https://adb-1.net/?o=1', 'https://adb-1.net/sql', 'https://u:p@adb-1.net']) {
    assert.equal(complaints(least.replace('warehouse_id', `host: "${wrong}", warehouse_id`)).length, 1);
  }
});

test('a local workspace needs nothing of the databricks section, whatever stands there', () => {
  const content = least.replace('{warehouse_id: w1}', `{host: "\${NOWHERE}", client_id: "\${NOR_THERE}", oops: 1}`);
  const {config} = read(content, {local: true, environment: {DATABRICKS_HOST: 'https://elsewhere.example.com'}});
  assert.deepEqual(config.databricks, {catalog: 'main', schema: 'visma'});
});

test('values beside the file replace those in it, are no references, and count for a local workspace too', () => {
  const overrides = {'databricks.host': 'http://127.0.0.1:5000', 'databricks.schema': 'trial', 'sync.page_size': '7'};
  for (const local of [true, false]) {
    const {config} = read(`${least}sync: {page_size: "\${NOWHERE}"}\n`, {local, overrides});
    assert.equal(config.databricks.host, 'http://127.0.0.1:5000');
    assert.equal(config.databricks.schema, 'trial');
    assert.equal(config.sync.pageSizeMax, 7);
  }
  const [complaint] = complaints(least, {overrides: {'sync.overlap': `\${X}`}});
  assert.match(complaint ?? '', /^sync\.overlap, given beside the file: is no duration/);
});

test('the place that a deployment gives to its tables stands above the file, and an override above both', () => {
  const written = least.replace('{warehouse_id: w1}', '{warehouse_id: w1, catalog: main, schema: visma}');
  const deployed = {VISMA_CATALOG: 'dev', VISMA_SCHEMA: 'dev_me_visma'};
  const {databricks} = read(written, {environment: deployed}).config;
  assert.deepEqual(databricks, {warehouseId: 'w1', catalog: 'dev', schema: 'dev_me_visma'});
  const overrides = {'databricks.schema': 'trial'};
  assert.equal(read(written, {environment: deployed, overrides}).config.databricks.schema, 'trial');
  assert.equal(read(written, {environment: {VISMA_SCHEMA: ''}}).config.databricks.schema, 'visma');
  assert.equal(read(written, {environment: deployed, local: true}).config.databricks.schema, 'visma');
  const [complaint] = complaints(written, {environment: {VISMA_SCHEMA: 'a.b'}});
  assert.match(complaint ?? '', /^databricks\.schema, environment variable VISMA_SCHEMA: must be one name/);
});

test('the environment stands in for a host and a warehouse that the file leaves out', () => {
  const silent = least.replace('{warehouse_id: w1}', '');
  assert.equal(read(silent, {environment}).config.databricks.warehouseId, '00abc');
  assert.equal(read(silent, {environment}).config.databricks.host, 'https://adb-1.azuredatabricks.net');
  assert.equal(read(least, {environment}).config.databricks.warehouseId, 'w1');
  assert.match(complaints(silent)[0] ?? '', /^databricks\.warehouse_id, line 7: is missing/);
});

test('the environment does not hide a reference that cannot be resolved', () => {
  const found = complaints(least.replace('w1', `"\${MY_WAREHOUSE}"`), {environment});
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /MY_WAREHOUSE is not set/);
});

test('one tenant stands once, whatever headers its companies have', () => {
  const twice = least.replace(
    / {4}- .*\n/,
    `    - {id: a, tenant_id: t, currency: SEK, headers: {x-company: "1"}}
    - {id: b, tenant_id: t, currency: SEK, headers: {x-company: "2"}}\n`,
  );
  assert.match(complaints(twice)[0] ?? '', /^visma\.companies\[1\]\.tenant_id, line 7: is the same as/);
});

test('headers that are none, or that the sync sets itself, are complaints', () => {
  const found = complaints(company('currency: SEK, headers: {"a b": x, Authorization: y, ok: "two\\nlines"}'));
  assert.equal(found.length, 3);
});

test('companies there must be', () => {
  assert.match(complaints(least.replace(/companies:\n.*\n/, 'companies: []\n'))[0] ?? '', /one company at least/);
  assert.match(complaints(least.replace('id: se', 'id: ""'))[0] ?? '', /companies\[0\]\.id, line 6: is missing/);
  assert.match(complaints(least.replace('id: se', 'id: "  "'))[0] ?? '', /more than spaces/);
});

test('resources are default, all, groups and names, as a list or as a text', () => {
  const chosen = (written: string): string[] =>
    read(`${least}sync: {resources: ${written}}\n`).config.sync.resources.map(resource => resource.name);
  const all = catalogue.map(resource => resource.name);
  assert.deepEqual(chosen('all'), all);
  assert.deepEqual(chosen('[customer_invoice, account]'), ['account', 'customer_invoice']);
  assert.deepEqual(chosen('"account ,purchasing currency"'), [
    'account',
    'currency',
    'supplier',
    'purchase_order',
    'purchase_receipt',
  ]);
  assert.match(complaints(`${least}sync: {resources: []}\n`)[0] ?? '', /must name something/);
  assert.match(complaints(`${least}sync: {resources: {a: b}}\n`)[0] ?? '', /must be default, all/);
});

test('a file that is no YAML is complained about with its line and what to do', () => {
  const expected: ReadonlyArray<[string, RegExp]> = [
    ['visma:\n  a: 1\n  a: 2\n', /^line 3: this key stands there twice/],
    ['visma:\n\ta: 1\n', /^line 2: a tab indents/],
    [`visma: {client_id: \${X}}\n`, /^line 1: .*a reference needs quotes/],
    ['visma:\n  - 1\n a: 2\n', /^line 3: this line is indented differently/],
    ['a: 1\n---\nb: 2\n', /^line 2: a second document begins/],
    ['a: "open\n', /^line \d: a quote, a bracket/],
    ['a: &x 1\nb: *x\n', /^b, line 2: an alias/],
    ['a: !b c\n', /^line 1: a tag/],
  ];
  assert.equal(complaints('a: 1\na: 2\nb: 1\nb: 2\n').length, 2, 'each slip is told');
  for (const [content, complaint] of expected) assert.match(complaints(content)[0] ?? '', complaint);
});

test('a file that is empty, no text in UTF-8, or no sections is said to be that', () => {
  assert.match(complaints('')[0] ?? '', /^the file is empty/);
  assert.match(complaints('# nothing but a comment\n')[0] ?? '', /^the file is empty/);
  assert.match(complaints('- a\n')[0] ?? '', /must be sections of keys/);
  assert.match(complaints('nonsense')[0] ?? '', /must be sections of keys/);
  assert.match(complaints(Buffer.from(`\ufeff${least}`, 'utf16le'))[0] ?? '', /UTF-16/);
  assert.match(complaints(Buffer.from('name: Sm\xf6rg\xe5s', 'latin1'))[0] ?? '', /not in UTF-8/);
});

test('a byte order mark and Windows line ends are no matter', () => {
  assert.equal(read(`\ufeff${least.replaceAll('\n', '\r\n')}`).config.visma.clientId, 'app');
});

test('a file that is not there, or is a folder, is said to be that', () => {
  const absent = thrownBy(() => readConfig({path: path.join(folder, 'absent.yml'), environment}));
  assert.match(absent.message, /absent\.yml\n {2}there is no such file; name another with --config/);
  mkdirSync(path.join(folder, 'sub'));
  const error = thrownBy(() => readConfig({path: path.join(folder, 'sub'), environment}));
  assert.match(error.message, /cannot be read \(EISDIR\)/);
  assert.equal(error.exitCode, 2);
});
