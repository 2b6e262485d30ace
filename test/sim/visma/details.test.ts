import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {asker} from './asking.ts';
import {exact, startVisma} from './visma.ts';

const sim = await startVisma({companies: ['se']});
after(() => sim.close());
const ask = await asker(sim, 'se');

const packed = (text: string): string => `b64(${Buffer.from(text, 'utf8').toString('base64url')})`;

test('a single record comes whole, without metadata, its row version as ETag', async () => {
  const answer = await ask('/v1/supplier/50001');
  const supplier = JSON.parse(answer.text);
  assert.equal(supplier.number, '50001');
  assert.equal(supplier.glAccounts.expenseAccount.number, '4010');
  assert.equal('metadata' in supplier, false);
  assert.equal(answer.headers.get('etag'), `"${supplier.timeStamp}"`);
});

test('what is not there answers 404', async () => {
  assert.equal((await ask('/v1/supplier/none')).status, 404);
  assert.equal((await ask('/v1/nothing')).status, 404);
});

test('a slash in a key is a slash in the path, encoded or not; the packed form finds it', async () => {
  assert.equal((await ask('/v1/account/10%2F20')).status, 404);
  assert.equal(JSON.parse((await ask(`/v1/account/${packed('10/20')}`)).text).accountCD, '10/20');
});

test('a percent sign in a path is refused as dangerous; the packed form finds it', async () => {
  const refused = await ask('/v1/account/50%25');
  assert.deepEqual([refused.status, refused.headers.get('content-type')], [400, 'text/html']);
  assert.equal(JSON.parse((await ask(`/v1/account/${packed('50%')}`)).text).accountCD, '50%');
});

test('supplier invoices are found by type and number; by number alone only the standard ones', async () => {
  assert.equal(JSON.parse((await ask('/v1/supplierInvoice/CreditAdj/000001')).text).documentType, 'CreditAdj');
  assert.equal(JSON.parse((await ask('/v1/supplierInvoice/000001')).text).documentType, 'Invoice');
  sim.delete({company: 'se', collection: 'supplierInvoice', key: ['Invoice', '000001']});
  assert.equal((await ask('/v1/supplierInvoice/000001')).status, 404);
  assert.equal((await ask('/v1/supplierInvoice/CreditAdj/000001')).status, 200);
});

test('a batch number alone finds the general ledger’s batch, and another module’s once that is gone', async () => {
  const moduleOf = async () => JSON.parse((await ask('/v2/journaltransaction/000003')).text).module;
  assert.equal(await moduleOf(), 'ModuleGL');
  sim.delete({company: 'se', collection: 'journaltransaction', key: ['ModuleGL', '000003']});
  assert.notEqual(await moduleOf(), 'ModuleGL');
});

test('only GET is allowed', async () => {
  const {access_token: token} = (await (
    await fetch(sim.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: sim.clientId,
        client_secret: sim.clientSecret,
        scope: 'vismanet_erp_service_api:read',
        tenant_id: sim.company('se').tenantId,
      }),
    })
  ).json()) as {access_token: string};
  const headers = {authorization: `Bearer ${token}`};
  assert.equal((await fetch(`${sim.apiUrl}/v1/account`, {method: 'DELETE', headers})).status, 405);
});

test('a detail shows numbers as they stand', async () => {
  sim.change({company: 'se', collection: 'supplier', key: '50002', fields: {retainagePct: exact('12.340000')}});
  assert.ok((await ask('/v1/supplier/50002')).text.includes('"retainagePct":12.340000,'));
});
