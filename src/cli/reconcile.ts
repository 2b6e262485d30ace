import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const reconcile: Entry = {
  name: 'reconcile',
  summary: "prove the general ledger against Visma's own balances, read by period now",
  options: ['period', 'repair', 'wait'],
  toText: ({details, exitCode}) => (details || exitCode === 0 ? detailTable(details ?? []) : ''),
};
