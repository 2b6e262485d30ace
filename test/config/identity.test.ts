import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after} from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {type ConfigSource, type ReadConfig, readConfig} from '../../src/config/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-identity-'));
after(() => rmSync(folder, {recursive: true}));

const least = `
visma:
  client_id: app
  client_secret: visma-secret-value
  companies:
    - {id: se, tenant_id: t-se, currency: SEK}
databricks: {warehouse_id: w1}
`;

function read(content: string, beside: Partial<ConfigSource> = {}): ReadConfig {
  const file = path.join(folder, 'visma.yml');
  writeFileSync(file, content);
  return readConfig({path: file, environment: {}, ...beside});
}

/** The problems that are listed, without the line that introduces them. */
function complaints(content: string, beside: Partial<ConfigSource> = {}): string[] {
  try {
    read(content, beside);
  } catch (thrown) {
    assert.ok(thrown instanceof SyncError);
    return thrown.message
      .split('\n')
      .slice(1)
      .map(line => line.trim().replace(/^- /, ''));
  }
  return assert.fail('nothing was thrown');
}

test('a credential that was stored with something around it is named, and its value never said', () => {
  const content = least.replace('visma-secret-value', `"\${VISMA_CLIENT_SECRET}"`);
  const stray = {
    's3cret\n': 'ends with a line break',
    's3cret\r\n': 'ends with a line break of Windows (CR LF)',
    's3cret\r': 'ends with a carriage return',
    ' s3cret': 'begins with a space',
    's3cret\t': 'ends with a space',
    '\uFEFFs3cret ': 'begins with a byte-order mark and ends with a space',
  };
  for (const [value, what] of Object.entries(stray)) {
    const [found = '', ...others] = complaints(content, {environment: {VISMA_CLIENT_SECRET: value}});
    assert.ok(found.startsWith(`visma.client_secret, line 4: ${what}, `), found);
    assert.deepEqual(others, []);
    assert.doesNotMatch(found, /s3cret/);
  }
  const reserved = 'p+a%20s=s&w?o#r/d "ü\\$€ inside';
  const {config} = read(content, {environment: {VISMA_CLIENT_SECRET: reserved}});
  assert.equal(config.visma.clientSecret.reveal(), reserved);
});

test('a tenant has one spelling, and one tenant in two spellings is one company too many', () => {
  const id = '7c1f0c52-3d0e-4a5b-9f0a-5e0000000001';
  const companies = (other: string) =>
    least
      .replace('tenant_id: t-se', `tenant_id: ${id}`)
      .replace('databricks:', `    - {id: b, tenant_id: "${other}", currency: SEK}\ndatabricks:`);
  for (const other of [id.toUpperCase(), `{${id}}`, ` ${id} `, id.replaceAll('-', ''), `${id}\\n`]) {
    assert.match(
      complaints(companies(other))[0] ?? '',
      /tenant_id, line 7: is the same as that of visma\.companies\[0\]/,
    );
    const {config} = read(least.replace('t-se', `"${other}"`));
    assert.equal(config.visma.companies[0]?.tenantId, id);
  }
  assert.equal(read(companies(id.replace('1', '2'))).config.visma.companies.length, 2);
});
