import {closingTable} from './closing-table.ts';
import type {Entry} from './entry.ts';

export const resync: Entry = {
  name: 'resync',
  summary: 'read lists again on purpose, and record who asked for it, why, and what differed',
  options: ['period', 'since', 'reason', 'wait'],
  toText: closingTable,
};
