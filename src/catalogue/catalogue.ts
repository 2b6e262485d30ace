/**
 * The catalogue: what Visma offers and what we keep of it, as data, one entry per resource. An entry names the list
 * endpoint, how it is read, the key, and every scalar field as a typed column, objects flattened; each array of objects
 * has a table of its own. Arrays inside nested objects or inside lines have no table: they stay in `_record`, the
 * values of a dimension's segments aside.
 * It promises that names are unique and free of the names that the tables use themselves. It reads nothing and decides
 * nothing.
 */
import type {Resource} from '../model/resource.ts';
import {account} from './entries/account.ts';
import {branch} from './entries/branch.ts';
import {budget} from './entries/budget.ts';
import {cashAccount} from './entries/cash-account.ts';
import {cashSale} from './entries/cash-sale.ts';
import {cashTransaction} from './entries/cash-transaction.ts';
import {creditTerm} from './entries/credit-term.ts';
import {currency} from './entries/currency.ts';
import {currencyRate} from './entries/currency-rate.ts';
import {customer} from './entries/customer.ts';
import {customerBalance} from './entries/customer-balance.ts';
import {customerCreditNote} from './entries/customer-credit-note.ts';
import {customerDebitNote} from './entries/customer-debit-note.ts';
import {customerDocument} from './entries/customer-document.ts';
import {customerInvoice} from './entries/customer-invoice.ts';
import {customerPayment} from './entries/customer-payment.ts';
import {department} from './entries/department.ts';
import {dimension} from './entries/dimension.ts';
import {employee} from './entries/employee.ts';
import {expenseClaim} from './entries/expense-claim.ts';
import {financialPeriod} from './entries/financial-period.ts';
import {generalLedgerBalance} from './entries/general-ledger-balance.ts';
import {generalLedgerTransaction} from './entries/general-ledger-transaction.ts';
import {journalTransaction} from './entries/journal-transaction.ts';
import {ledger} from './entries/ledger.ts';
import {organization} from './entries/organization.ts';
import {paymentMethod} from './entries/payment-method.ts';
import {project} from './entries/project.ts';
import {purchaseOrder} from './entries/purchase-order.ts';
import {purchaseReceipt} from './entries/purchase-receipt.ts';
import {subaccount} from './entries/subaccount.ts';
import {supplier} from './entries/supplier.ts';
import {supplierBalance} from './entries/supplier-balance.ts';
import {supplierDocument} from './entries/supplier-document.ts';
import {supplierInvoice} from './entries/supplier-invoice.ts';
import {supplierPayment} from './entries/supplier-payment.ts';
import {vat} from './entries/vat.ts';
import {vatCategory} from './entries/vat-category.ts';

/**
 * In the order of work, the same each time, so that a spent rate window leaves the most useful part. The lists that
 * others are sliced by (ledgers, branches, periods) come before these.
 */
export const resources: readonly Resource[] = [
  // What the ledger cannot be read without, most of it a call each.
  account,
  ledger,
  branch,
  financialPeriod,
  currency,
  currencyRate,
  subaccount,
  dimension,
  // Masters.
  supplier,
  customer,
  employee,
  cashAccount,
  // The ledger itself, and its proof.
  journalTransaction,
  generalLedgerBalance,
  // Documents.
  supplierInvoice,
  customerInvoice,
  purchaseOrder,
  cashTransaction,
  // Small lists that explain codes, a call each.
  creditTerm,
  paymentMethod,
  vat,
  vatCategory,
  department,
  organization,
  // Further documents.
  supplierPayment,
  customerPayment,
  customerCreditNote,
  customerDebitNote,
  cashSale,
  purchaseReceipt,
  expenseClaim,
  project,
  // What sums up or repeats what stands above, and costs most.
  budget,
  supplierBalance,
  customerBalance,
  supplierDocument,
  customerDocument,
  generalLedgerTransaction,
];
