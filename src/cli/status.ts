import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const status: Entry = {
  name: 'status',
  summary: 'show how far every company and resource has come',
  options: [],
  toText: ({details, exitCode}) => (details || exitCode === 0 ? detailTable(details ?? []) : ''),
};
