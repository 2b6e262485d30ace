/**
 * The catalogue: what Visma offers and what we keep of it, as data, one entry per resource. An entry names the list
 * endpoint, how it is read, the key, and every scalar field as a typed column, objects flattened; each array of objects
 * has a table of its own. Arrays inside nested objects or inside lines have no table: they stay in `_record`.
 * It promises that names are unique and free of the names that the tables use themselves. It reads nothing and decides
 * nothing.
 */
import type {Resource} from '../model/resource.ts';
import {account} from './entries/account.ts';
import {currency} from './entries/currency.ts';
import {customer} from './entries/customer.ts';
import {customerInvoice} from './entries/customer-invoice.ts';
import {financialPeriod} from './entries/financial-period.ts';
import {journalTransaction} from './entries/journal-transaction.ts';
import {supplier} from './entries/supplier.ts';
import {supplierInvoice} from './entries/supplier-invoice.ts';

/**
 * In the order of work: what the ledger cannot be read without and costs one call first, then the masters, then the
 * journals, then the documents, so that a spent rate window leaves the most useful part.
 */
export const resources: readonly Resource[] = [
  account,
  financialPeriod,
  currency,
  supplier,
  customer,
  journalTransaction,
  supplierInvoice,
  customerInvoice,
];
