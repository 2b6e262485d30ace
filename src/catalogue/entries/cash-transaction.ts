import type {Field} from 'apache-arrow';
import {amount, day, flag, rate, text, whole} from '../columns.ts';
import {resource, uncountedDelta} from '../entry.ts';
import {person} from '../personal-shapes.ts';
import {accountReference, described, named, numbered, project, subaccount, vatZone} from '../shapes.ts';

const lineColumns: readonly Field[] = [
  whole('lineNumber', 'Number of the line'),
  ...named('branch', 'Branch'),
  ...numbered('item', 'Item'),
  text('description', 'Description of the line'),
  amount('quantity', 'Quantity'),
  text('uom', 'Unit of measure'),
  amount('price', 'Unit price'),
  amount('amount', 'Amount of the line'),
  ...accountReference('offsetCashAccount', 'Offset cash account'),
  ...accountReference('offsetAccount', 'Offset account'),
  ...subaccount('offsetSubAccount', 'Offset subaccount'),
  ...numbered('taxCategory', 'VAT category'),
  flag('nonBillable', 'Whether the project is not invoiced for it'),
  ...project('project', 'Project'),
  ...project('projectTask', 'Project task'),
];

const taxDetailColumns: readonly Field[] = [
  ...numbered('tax', 'VAT'),
  rate('taxRate', 'Rate of the VAT, in percent'),
  amount('taxableAmount', 'Taxable amount'),
  amount('taxAmount', 'Amount of this VAT'),
  rate('deductibleTaxRate', 'Deductible rate, in percent'),
  amount('expenseAmount', 'What is deducted from the VAT paid to the supplier'),
  flag('includeInVatExemptTotal', 'Whether the taxable amount belongs to the total exempt from VAT'),
  flag('pendingVat', 'Whether it is calculated in documents and not yet recorded in the VAT report'),
  flag('statisticalVat', 'Whether it is calculated for statistics only'),
  flag('reverseVat', 'Whether it is a reverse VAT'),
  text('taxType', 'Sales, Use, Vat or Withholding'),
];

export const cashTransaction = resource('cash_transaction', {
  comment: 'Cash transactions: receipts, disbursements and transfers on cash accounts',
  endpoint: '/v1/cashTransaction',
  reading: uncountedDelta,
  key: ['tranType', 'referenceNbr'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/cashTransaction/{referenceNbr}',
  groups: ['default', 'cash'],
  columns: [
    text('tranType', 'TransferOut, TransferIn, TransferExp or Adjustment'),
    text('referenceNbr', 'Number of the transaction, unique in its type'),
    text('status', 'Balanced, Hold, Released, Pending or Rejected'),
    flag('hold', 'Whether the transaction is on hold'),
    day('tranDate', 'Date of the transaction'),
    text('finPeriod', 'Deprecated by Visma, see financial_period'),
    text('financialPeriod', 'Financial period that the transaction is posted to, as sent'),
    ...accountReference('cashAccount', 'Cash account'),
    text('currency', 'Currency of the cash account'),
    ...described('entryType', 'Entry type'),
    text('disbReceipt', 'Disbursement or Receipt'),
    text('documentRef', 'Number of the external document'),
    ...person('owner', 'Owner'),
    text('description', 'Description of the transaction'),
    amount('amount', 'Amount of the transaction'),
    amount('vatTaxableTotal', 'Total subject to VAT'),
    amount('vatExemptTotal', 'Total exempt from VAT'),
    amount('taxTotal', 'Total of VAT'),
    amount('controlTotal', 'Control total'),
    amount('taxAmount', 'VAT to be paid, entered by hand'),
    text('financialsDetail.batchNumber', 'Batch of the general ledger'),
    ...named('financialsDetail.branch', 'Branch'),
    flag('financialsDetail.cleared', 'Whether the transaction was cleared'),
    day('financialsDetail.clearDate', 'When the transaction was cleared'),
    ...vatZone('financialsDetail.taxZone', 'VAT zone'),
    text('financialsDetail.taxCalcMode', 'How VAT is calculated: TaxSetting, Gross or Net'),
    text('timeStamp', "Visma's row version, the ETag of the record"),
  ],
  arrays: [
    {
      property: 'transactionDetails',
      name: 'line',
      number: 'lineNumber',
      comment: 'Lines of cash transactions',
      columns: lineColumns,
    },
    {
      property: 'taxDetails',
      name: 'tax_detail',
      comment: 'VAT of cash transactions, by VAT code',
      columns: taxDetailColumns,
    },
  ],
});
