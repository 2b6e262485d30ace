import {closingTable} from './closing-table.ts';
import type {Entry} from './entry.ts';

export const sync: Entry = {
  name: 'sync',
  summary: 'read what changed in Visma.net and make the tables equal to it',
  options: ['wait', 'acceptDeletions'],
  toText: closingTable,
};
