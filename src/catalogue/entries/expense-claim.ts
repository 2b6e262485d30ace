import type {Field} from 'apache-arrow';
import {amount, day, flag, personal, text, whole} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {person} from '../personal-shapes.ts';
import {account, described, named, numbered, project, subaccountReference, versionAndError} from '../shapes.ts';

const lineColumns: readonly Field[] = [
  whole('claimDetailId', 'Id of the line in the database'),
  text('lineId', 'Public id of the line'),
  day('date', 'When the expense was incurred'),
  ...numbered('expenseItem', 'Expense item'),
  text('description', 'Description of the expense'),
  amount('quantity', 'Quantity'),
  text('uom', 'Unit of measure'),
  amount('unitCost', 'Unit cost'),
  text('currency', 'Currency of the receipt'),
  amount('totalAmount', 'Total amount paid'),
  flag('invoiceable', 'Whether the customer is invoiced for it'),
  amount('claimAmount', "Amount claimed: the total without the employee's part"),
  amount('amountInClaimCurr', 'Amount claimed, in the currency of the claim'),
  ...project('project', 'Project'),
  ...project('projectTask', 'Project task'),
  ...account('expenseAccount', 'Expense account'),
  ...subaccountReference('expenseSubaccount', 'Expense subaccount'),
  ...named('branch', 'Branch'),
  ...numbered('taxCategory', 'VAT category'),
  text('refNbr', 'Number of the receipt'),
  ...account('salesAccount', 'Sales account'),
  ...subaccountReference('salesSubaccount', 'Sales subaccount'),
  amount('employeePart', 'What is not paid back to the employee'),
  ...named('customer', 'Customer'),
  ...described('location', 'Location of the customer'),
  text('arReferenceNbr', 'Document of the customer ledger'),
  text('approvalStatus', 'Status in Visma.net Approval: New, SentToApproval, ApprovedInApproval …'),
  text('approvalStatusText', 'Last comment of the approval'),
  personal(text('approver', 'Who is to approve the line')),
];

export const expenseClaim = resource('expense_claim', {
  comment: "Employees' expense claims",
  endpoint: '/v1/expenseClaim',
  reading: pagedDelta,
  key: ['refNbr'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/expenseClaim/{refNbr}',
  groups: ['payables'],
  columns: [
    text('refNbr', 'Number of the claim'),
    text('status', 'Hold, PendingApproval, Approved, Rejected or Released'),
    text('approvalStatus', 'Status in Visma.net Approval: New, SentToApproval, ApprovedInApproval …'),
    text('approvalStatusText', 'Status of the approval, as text'),
    day('date', 'When the claim was entered'),
    text('description', 'Description of the claim'),
    ...person('claimedBy', 'Employee who claims'),
    amount('claimTotal', 'Total of the claim'),
    amount('vatTaxableTotal', 'Total subject to VAT'),
    amount('vatExemptTotal', 'Total exempt from VAT'),
    ...named('customer', 'Customer'),
    text('currency', 'Currency of the claim'),
    day('approvalDate', 'When the claim was approved'),
    ...described('department', 'Department'),
    ...described('location', 'Location of the customer'),
    ...versionAndError,
  ],
  arrays: [
    {
      property: 'details',
      name: 'line',
      number: 'claimDetailId',
      comment: 'Expenses of expense claims',
      columns: lineColumns,
    },
  ],
});
