import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const routes: Entry = {
  name: 'routes',
  summary: 'show the routes of the general ledger, or which one takes an account and why',
  options: ['explain'],
  toText: ({details, exitCode}) => (details || exitCode === 0 ? detailTable(details ?? []) : ''),
};
