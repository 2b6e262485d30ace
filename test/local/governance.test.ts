import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import {systemRandom} from '../../src/base/random.ts';
import {openLocalWorkspace} from '../../src/local/local.ts';
import {FakeClock} from '../fake-clock.ts';
import {send, tokenOf} from './driver.ts';
import {newFolder} from './opened.ts';

const metadata = '/api/2.0/lineage-tracking/external-metadata';
const lineage = '/api/2.0/lineage-tracking/external-lineage';
const assignments = '/api/2.1/unity-catalog/entity-tag-assignments';

const supplier = {name: 'erp_supplier', system_type: 'OTHER', entity_type: 'endpoint', columns: ['number', 'name']};
const edge = {
  source: {external_metadata: {name: 'erp_supplier'}},
  target: {table: {name: 'main.visma.supplier'}},
  columns: [{source: 'number', target: 'supplier_number'}],
};
const pair =
  'external_lineage_relationship.source.external_metadata.name=erp_supplier' +
  '&external_lineage_relationship.target.table.name=main.visma.supplier';
const of = 'object_info.external_metadata.name=erp_supplier';

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly code: unknown;
}

interface Asking {
  ask(method: string, path: string, body?: object | string): Promise<Answer>;
  close(): Promise<void>;
}

async function opened(t: TestContext, folder?: string): Promise<Asking & {readonly folder: string}> {
  const place = folder ?? (await newFolder(t));
  const open = {folder: place, catalog: 'main', clock: new FakeClock(), random: systemRandom};
  const workspace = await openLocalWorkspace(open);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await workspace.close();
    isOpen = false;
  };
  t.after(close);
  await workspace.query('CREATE SCHEMA IF NOT EXISTS main.visma');
  await workspace.query('CREATE TABLE IF NOT EXISTS main.visma.supplier (supplier_number STRING, name STRING)');
  const headers = {authorization: `Bearer ${await tokenOf(workspace)}`};
  return {
    folder: place,
    close,
    async ask(method, path, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await send(workspace, {method, path, headers, ...(body !== undefined && {body: text})});
      const parsed = JSON.parse(answer.body.toString()) as JsonObject;
      return {status: answer.status, body: parsed, code: parsed['error_code']};
    },
  };
}

test('an object is created once, read, listed by pages, updated as the mask says, and removed', async t => {
  const {ask} = await opened(t);
  assert.equal((await ask('POST', metadata, supplier)).status, 200);
  assert.deepEqual((await ask('POST', metadata, {...supplier, name: 'ERP_supplier'})).code, 'ALREADY_EXISTS');
  await ask('POST', metadata, {...supplier, name: 'erp_account'});
  const first = (await ask('GET', `${metadata}?page_size=1`)).body;
  const second = (await ask('GET', `${metadata}?page_size=1&page_token=${first['next_page_token']}`)).body;
  assert.deepEqual(
    [first, second].map(({external_metadata: page}) => (page as readonly JsonObject[]).map(({name}) => name)),
    [['erp_account'], ['erp_supplier']],
  );
  assert.equal(second['next_page_token'], undefined);
  const update = `${metadata}/erp_supplier?update_mask=description`;
  assert.equal((await ask('PATCH', update, {...supplier, description: 'One', url: 'https://x'})).status, 200);
  const {description, url} = (await ask('GET', `${metadata}/erp_supplier`)).body;
  assert.deepEqual([description, url], ['One', undefined], 'only what the mask names');
  assert.equal((await ask('DELETE', `${metadata}/erp_supplier`)).status, 200);
  assert.equal((await ask('GET', `${metadata}/erp_supplier`)).status, 404);
  assert.equal((await ask('DELETE', `${metadata}/erp_supplier`)).status, 404);
});

test('what is no object or no update is refused', async t => {
  const {ask} = await opened(t);
  const {system_type: _, ...untyped} = supplier;
  for (const wrong of [
    untyped,
    {...supplier, name: 'erp supplier'},
    {...supplier, system_type: 'VISMA'},
    {...supplier, entity_type: ''},
    {...supplier, columns: ['number', 'number']},
    {...supplier, properties: {rows: 7}},
    {...supplier, tables: []},
  ]) {
    assert.equal((await ask('POST', metadata, wrong)).status, 400, JSON.stringify(wrong));
  }
  await ask('POST', metadata, supplier);
  const at = `${metadata}/erp_supplier`;
  for (const mask of ['', 'name', 'url,%20entity_type', 'url,owner']) {
    assert.equal(
      (await ask('PATCH', `${at}?update_mask=${mask}`, {...supplier, url: 'https://x', owner: 'me'})).status,
      400,
      mask,
    );
  }
  assert.equal((await ask('PATCH', at, {...supplier, url: 'https://x'})).status, 400, 'no mask');
  assert.equal((await ask('PATCH', `${at}?update_mask=url`, '')).status, 400, 'a body that was dropped');
});

test('an edge joins what is there, column by column, and holds its object', async t => {
  const {ask} = await opened(t);
  assert.equal((await ask('POST', lineage, edge)).status, 404, 'no object yet');
  await ask('POST', metadata, supplier);
  const toNowhere = {...edge, target: {table: {name: 'main.visma.nothing'}}};
  assert.equal((await ask('POST', lineage, toNowhere)).code, 'TABLE_DOES_NOT_EXIST');
  for (const columns of [[{source: 'nothing', target: 'name'}], [{source: 'name', target: 'nothing'}], [{}]]) {
    assert.equal((await ask('POST', lineage, {...edge, columns})).status, 400);
  }
  assert.equal((await ask('PATCH', `${lineage}?update_mask=columns`, edge)).status, 404, 'no edge yet');
  assert.equal((await ask('POST', lineage, edge)).status, 200);
  assert.equal((await ask('POST', lineage, edge)).status, 409);
  assert.equal((await ask('DELETE', `${metadata}/erp_supplier`)).status, 400);
  const more = {...edge, columns: [...edge.columns, {source: 'name', target: 'name'}]};
  assert.equal((await ask('PATCH', `${lineage}?update_mask=columns`, more)).status, 200);
  const listed = (await ask('GET', `${lineage}?${of}&lineage_direction=DOWNSTREAM`)).body;
  const [found] = listed['external_lineage_relationships'] as readonly Readonly<Record<string, JsonObject>>[];
  assert.deepEqual(found?.['external_lineage_info']?.['columns'], more.columns);
  assert.deepEqual(found?.['table_info'], {catalog_name: 'main', schema_name: 'visma', name: 'supplier'});
  assert.deepEqual((await ask('GET', `${lineage}?${of}&lineage_direction=UPSTREAM`)).body, {});
  assert.equal((await ask('GET', `${lineage}?${of}`)).status, 400);
  assert.equal((await ask('DELETE', lineage)).status, 400);
  assert.equal((await ask('DELETE', `${lineage}?${pair}`)).status, 200);
  assert.equal((await ask('DELETE', `${lineage}?${pair}`)).status, 404);
});

test('tags stand on tables and columns that are there, each key once', async t => {
  const {ask} = await opened(t);
  const table = {entity_type: 'tables', entity_name: 'main.visma.supplier', tag_key: 'source', tag_value: 'erp'};
  const column = {...table, entity_type: 'columns', entity_name: 'main.visma.supplier.name', tag_key: 'pii'};
  const at = `${assignments}/tables/main.visma.supplier/tags`;
  for (const tag of [table, column]) {
    assert.equal((await ask('POST', assignments, tag)).status, 200);
    assert.equal((await ask('POST', assignments, tag)).status, 409);
  }
  assert.deepEqual((await ask('GET', at)).body, {tag_assignments: [table]});
  const changed = {...table, tag_value: 'visma.net'};
  assert.equal((await ask('PATCH', `${at}/source`, changed)).status, 400, 'no mask');
  assert.equal((await ask('PATCH', `${at}/source?update_mask=tag_value`, changed)).status, 200);
  assert.deepEqual((await ask('GET', `${at}/source`)).body, changed);
  assert.equal((await ask('DELETE', `${at}/source`)).status, 200);
  assert.equal((await ask('DELETE', `${at}/source`)).status, 404);
  for (const wrong of [
    {...table, tag_key: 'a.b'},
    {...table, tag_key: ' a'},
    {...table, tag_value: 'x'.repeat(1001)},
    {...table, entity_type: 'views'},
    {...table, entity_name: 'supplier'},
  ]) {
    assert.equal((await ask('POST', assignments, wrong)).status, 400);
  }
  const nowhere = {...column, entity_name: 'main.visma.supplier.nothing'};
  assert.equal((await ask('POST', assignments, nowhere)).status, 404);
  assert.equal((await ask('GET', `${assignments}/tables/main.visma.nothing/tags`)).status, 404);
});

test('what was kept is there when the workspace is opened again', async t => {
  const {ask, close, folder} = await opened(t);
  await ask('POST', metadata, supplier);
  await ask('POST', metadata, {...supplier, name: 'erp_account'});
  await ask('POST', lineage, edge);
  await ask('DELETE', `${metadata}/erp_account`);
  await close();
  const again = await opened(t, folder);
  const {external_metadata: objects} = (await again.ask('GET', metadata)).body;
  assert.deepEqual(
    (objects as readonly JsonObject[]).map(({name}) => name),
    ['erp_supplier'],
  );
  assert.equal((await again.ask('POST', lineage, edge)).status, 409);
});
