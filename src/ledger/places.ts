import {quoteName} from '../base/quoting.ts';

/** Where the ledger finds what it is made of and puts what it makes, as quoted names. */
export interface Places {
  /** Raw tables, and beside them what the ledger makes for people. */
  raw(table: string): string;
  control(table: string): string;
}

export const placesIn = ({catalog, schema}: {readonly catalog: string; readonly schema: string}): Places => ({
  raw: table => quoteName(catalog, schema, table),
  control: table => quoteName(catalog, `${schema}_control`, table),
});

/** The raw tables that it follows. */
export const sourceTables = [
  'journal_transaction',
  'journal_transaction_line',
  'account',
  'subaccount',
  'subaccount_segment',
  'dimension_segment_value',
  'currency_rate',
  'financial_period',
  'ledger',
  'branch',
  'general_ledger_balance',
] as const;

export type SourceTable = (typeof sourceTables)[number];
