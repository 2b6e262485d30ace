import {pagedDelta, resource} from '../entry.ts';
import {employeeColumns} from '../personal-shapes.ts';

export const employee = resource('employee', {
  comment: 'Employees',
  endpoint: '/v1/employee',
  reading: pagedDelta,
  key: ['employeeNumber'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/employee/{employeeNumber}',
  internalId: 'employeeId',
  groups: ['default', 'organisation'],
  columns: employeeColumns('Employee', property => property),
});
