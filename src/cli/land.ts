import {closingTable} from './closing-table.ts';
import type {Entry} from './entry.ts';

export const land: Entry = {
  name: 'land',
  summary: 'read what changed and leave it sealed in the volume; no warehouse is needed to read',
  options: ['wait'],
  toText: closingTable,
};
