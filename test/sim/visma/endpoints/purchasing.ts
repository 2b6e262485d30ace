import {orderHeaders} from '../derived/documents.ts';
import type {Endpoint} from '../endpoint.ts';
import {above, anyOf, compared, equals, postedIn} from '../filters.ts';

const pagedDelta = {
  paging: 'records',
  metadata: true,
  delta: 'with condition',
  stamp: 'lastModifiedDateTime',
  rowVersion: 'timeStamp',
} as const;

const orderFilters: NonNullable<Endpoint['filters']> = {
  orderType: equals('orderType'),
  orderStatus: equals('status'),
  supplier: equals('supplier.number'),
  branch: equals('branch.number'),
  orderDate: compared('date'),
  deliveryDate: compared('promisedOn'),
  greaterThanValue: above('orderNbr'),
};

const freeFields = [1, 2, 3, 4, 5].map(number => `customStr${number}`);
const customFields = [...freeFields, 'customDec1', 'customDec2', 'customInt1', 'customInt2', 'customDateTimeUTC1'];
const orderFlags = {includeCustomFreeFields: customFields};

/** The lists of purchasing. */
export const purchasing: readonly Endpoint[] = [
  {
    ...pagedDelta,
    path: '/v1/purchaseorder',
    collection: 'purchaseorder',
    key: ['orderType', 'orderNbr'],
    lines: 'lines',
    totals: {lineTotal: 'amount', openQuantity: 'orderQty'},
    expands: orderFlags,
    filters: orderFilters,
    details: [
      {
        path: '/v1/purchaseorder/{orderNbr}',
        flags: Object.keys(orderFlags),
        prefers: {property: 'orderType', value: 'RegularOrder'},
      },
    ],
  },
  {
    ...pagedDelta,
    path: '/v1/purchaseorderbasic',
    collection: 'purchaseorderbasic',
    key: ['orderType', 'orderNbr'],
    lines: 'lines',
    expands: orderFlags,
    filters: orderFilters,
    details: [
      {
        path: '/v1/purchaseorderbasic/{orderNbr}',
        flags: Object.keys(orderFlags),
        prefers: {property: 'orderType', value: 'RegularOrder'},
      },
    ],
    derived: orderHeaders,
  },
  {
    ...pagedDelta,
    path: '/v2/PurchaseReceipt',
    collection: 'purchaseReceipt',
    key: ['receiptType', 'receiptNbr'],
    lines: 'lines',
    totals: {totalAmt: 'amount', totalQty: 'receiptQty'},
    expands: {expandNote: ['note'], ...orderFlags},
    filters: {
      receiptType: equals('receiptType'),
      status: equals('status'),
      supplier: equals('supplier.number'),
      poOrderNbr: anyOf('lines', 'poOrderNbr'),
      branch: equals('branchNumber.number'),
      finPeriod: postedIn('postPeriod'),
      receiptDate: compared('date'),
      dueDate: compared('dueDate'),
      greaterThanValue: above('receiptNbr'),
    },
    details: [
      {
        path: '/v2/PurchaseReceipt/{receiptNbr}',
        flags: Object.keys(orderFlags),
        prefers: {property: 'receiptType', value: 'PoReceipt'},
      },
    ],
  },
];
