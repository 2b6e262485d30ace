import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {listPaths} from './openapi.ts';

/** The list endpoints that no resource reads, by the reason why not. Each may be kept by one entry more. */
const notKept: Readonly<Record<string, readonly string[]>> = {
  'a later version or another path of the same list is kept': [
    '/v1/creditNote',
    '/v1/payment',
    '/v1/PurchaseReceipt',
    '/v1/PurchaseReceiptBasic',
    '/v1/customer/balance',
    '/v1/supplier/balance',
  ],
  'its records are kept within those of another list': ['/v1/projecttask', '/v1/project/tasks'],
  'it repeats a list that is kept, in short: sweeps read it': ['/v1/purchaseorderbasic', '/v1/projectbasic'],
  'stock and shipping: no part of the ledger, its postings arrive as journals': [
    '/v1/carrier',
    '/v1/inventory',
    '/v1/inventory/itemClass',
    '/v1/inventory/itemPostClass',
    '/v1/inventoryadjustment',
    '/v1/inventoryissue',
    '/v1/inventoryReceipt',
    '/v1/inventoryTransfer',
    '/v1/kitassembly',
    '/v1/KitSpecifications',
    '/v1/landedCostCode',
    '/v1/lotserialclass',
    '/v1/packagingType',
    '/v1/shipment',
    '/v1/unitofmeasure',
    '/v1/warehouse',
    '/v2/stocktake',
  ],
  'selling: no part of the ledger before it is invoiced': [
    '/v1/customerSalesPrice',
    '/v1/discount',
    '/v1/discountCode',
    '/v1/salescategory',
    '/v1/salesorder',
    '/v1/salesorderbasic',
    '/v1/salesordertype',
    '/v1/salesperson',
    '/v2/discount',
    '/v2/discountCode',
    '/v2/salesorder',
    '/v2/salesperson',
    '/v1/supplier/POBalance',
  ],
  'a kind of customer document that customer_document keeps without its lines': [
    '/v1/customerCreditWriteOff',
    '/v1/customerOverdueCharge',
  ],
  'contracts and recurring invoices: no part of the ledger before they are invoiced': [
    '/v1/contractTemplate',
    '/v1/contractUsage',
    '/v1/customerContract',
  ],
  'fixed assets: their postings arrive as journals': [
    '/v1/fixedAsset',
    '/v1/fixedAssetClass',
    '/v1/fixedAssetPropertyTaxGroup',
    '/v1/fixedAssetTransaction',
  ],
  'project accounting beyond the projects and their tasks': [
    '/v1/projectaccountgroup',
    '/v1/projectbudget',
    '/v1/projecttransaction',
  ],
  'working time: no part of the ledger, and personal throughout': ['/v1/earningtype', '/v1/timeCard'],
  'receipts arrive as lines of the claims they belong to': ['/v1/expenseReceipt'],
  'details of masters: their addresses, contacts and payment methods stand in the masters': [
    '/v1/contact',
    '/v1/customerpaymentmethod',
    '/v1/location',
    '/v1/supplierlocation',
  ],
  'codes of a few values, which records bear with their descriptions': [
    '/v1/attribute',
    '/v1/country',
    '/v1/customer/customerClass',
    '/v1/customerinvoice/worktypes',
    '/v1/deferralCode',
    '/v1/supplier/supplierClass',
    '/v1/vatZone',
    '/v2/currencyratetype',
  ],
  'settings of the ERP itself, not of the books': [
    '/v1/multilanguage/languages',
    '/v1/numberSequence',
    '/v1/uiExtension/availableScreens',
  ],
};

const excused = Object.values(notKept).flat();
const covered = resources.map(resource => resource.endpoint);

test('every list of Visma is kept by a resource, or there is a reason why not', () => {
  assert.ok(listPaths.length > 100, 'the fixture holds every list');
  const known = new Set([...covered, ...excused]);
  assert.deepEqual(
    listPaths.filter(path => !known.has(path)),
    [],
  );
});

test('no list is kept twice, excused twice, or kept and excused', () => {
  const all = [...covered, ...excused];
  assert.deepEqual(
    all.filter((path, index) => all.indexOf(path) !== index),
    [],
  );
});

test('no reason is given for a list that Visma does not have', () => {
  assert.deepEqual(
    [...covered, ...excused].filter(path => !listPaths.includes(path)),
    [],
  );
});

test('a list that is said to be read by sweeps is', () => {
  const headers = resources.flatMap(resource => resource.headers ?? []);
  assert.deepEqual(
    [...(notKept['it repeats a list that is kept, in short: sweeps read it'] ?? [])].sort(),
    headers.sort(),
  );
});
