import type {Field} from 'apache-arrow';
import {amount, day, flag, text, whole} from '../columns.ts';
import {accountReference, customColumns, described, named, numbered, project, subaccount} from '../shapes.ts';

/** What lines of orders and of receipts have in common. */
export const purchaseLineColumns: readonly Field[] = [
  whole('lineNbr', 'Number of the line'),
  ...named('branch', 'Branch'),
  ...numbered('inventory', 'Item'),
  text('lineType', 'Kind of line: GoodsForInventory, NonStock, Service, Freight, Description …'),
  ...described('warehouse', 'Warehouse'),
  text('uom', 'Unit of measure'),
  amount('orderQty', 'Quantity ordered'),
  amount('unitCost', 'Unit cost'),
  amount('extCost', 'Unit cost times quantity'),
  amount('discountPercent', 'Discount of the line, in percent'),
  amount('discountAmount', 'Discount of the line'),
  flag('manualDiscount', 'Whether the discount was applied by hand'),
  ...numbered('discountCode', 'Discount code'),
  amount('amount', 'Amount after discount'),
  ...numbered('taxCategory', 'VAT category'),
  ...accountReference('account', 'Account'),
  ...project('project', 'Project'),
  ...project('projectTask', 'Project task'),
  text('note', 'Note'),
  ...customColumns,
];

export const purchaseOrderLineColumns: readonly Field[] = [
  ...purchaseLineColumns,
  text('lineDescription', 'Description of the line'),
  amount('baseOrderQty', 'Quantity ordered, in the base unit of measure'),
  amount('qtyOnReceipts', 'Quantity on receipts, unreleased ones included'),
  amount('unitCostInBaseCurrency', 'Unit cost, in the base currency'),
  amount('receivedAmt', 'Amount received'),
  text('alternateId', "The supplier's own number of the item"),
  amount('minReceipt', 'Least quantity that is accepted, in percent of what was ordered'),
  amount('maxReceipt', 'Greatest quantity that is accepted, in percent of what was ordered'),
  amount('completeOn', 'From which received quantity on the line is complete, in percent'),
  text('receiptAction', 'What is done outside of these limits: Reject, AcceptButWarn or Accept'),
  ...subaccount('sub', 'Subaccount'),
  day('requested', 'When delivery was requested'),
  day('promised', 'When delivery was promised'),
  flag('completed', 'Whether the line is complete'),
  flag('canceled', 'Whether the line is cancelled'),
  text('orderType', 'Type of the blanket or standard order behind it'),
  text('orderNumber', 'Blanket or standard order behind it'),
];
