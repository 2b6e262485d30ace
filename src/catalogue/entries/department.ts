import {text} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {account, subaccountReference} from '../shapes.ts';

export const department = resource('department', {
  comment: 'Departments that employees work for',
  endpoint: '/v1/department',
  reading: unpagedSnapshot,
  key: ['departmentId'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/department/{departmentId}',
  groups: ['organisation'],
  columns: [
    text('departmentId', 'Code of the department'),
    text('publicId', 'Public id of the department'),
    text('description', 'Description of the department'),
    ...account('expenseAccount', 'Expense account'),
    ...subaccountReference('expenseSubaccount', 'Expense subaccount'),
    text('timeStamp', "Visma's row version, the ETag of the record"),
  ],
});
