import * as z from 'zod';
import type {AccountRange, LedgerDimension, Mapping, Route} from '../model/ledger.ts';
import {companyId} from '../model/names.ts';
import {currency, text, whole, yesOrNo} from './forms.ts';

/** Several account codes, or ranges of them, as the file has them. */
const accountCodes = z
  .array(text('an account code such as 3010, or a range such as 3000-3999'), 'must be a list of codes and ranges')
  .min(1, 'must name one account at least');

/**
 * One code, or a range: two codes of one length with a hyphen between them. A code with a hyphen of its own is written
 * behind an equals sign: `=A-B`.
 */
export function readAccounts(written: string): AccountRange {
  if (written.startsWith('=')) return {from: written.slice(1), to: written.slice(1)};
  const [, from, to] = /^([^-]+)-([^-]+)$/.exec(written) ?? [];
  return from === undefined || to === undefined ? {from: written, to: written} : {from: from.trim(), to: to.trim()};
}

const name = (expected: string) =>
  text(expected).refine(
    value => /^[a-z_][a-z0-9_]{0,126}$/.test(value),
    'must be a name of small letters, digits and underscores that begins with no digit',
  );

const route = z
  .strictObject(
    {
      accounts: accountCodes,
      companies: z.array(text('the id of a company'), 'must be a list of company ids').min(1).optional(),
      group: text('the name of the group, which becomes account_group'),
      table: name('the name of a table').optional(),
      column: name('the name of a column').optional(),
      intercompany: yesOrNo.optional(),
    },
    {error: issue => unknownIn(issue.code, 'accounts, companies, group, table, column, intercompany')},
  )
  .transform(
    ({accounts, companies, group, table, column, intercompany}): Route => ({
      accounts: accounts.map(readAccounts),
      ...(companies && {companies: companies.map(companyId)}),
      group,
      ...(table !== undefined && {table}),
      ...(column !== undefined && {column}),
      intercompany: intercompany ?? false,
    }),
  );

const dimension = z
  .strictObject(
    {
      segment: whole({least: 1, most: 9}).optional(),
      dimension: text('what Visma calls the segment').optional(),
      column: name('the name of a column'),
    },
    {error: issue => unknownIn(issue.code, 'segment, dimension, column')},
  )
  .transform(({segment, dimension: called, column}, context): LedgerDimension => {
    if (segment !== undefined && called === undefined) return {by: {segment}, column};
    if (called !== undefined && segment === undefined) return {by: {dimension: called}, column};
    const message = 'must have either the number of a segment, or what Visma calls it as dimension';
    context.issues.push({code: 'custom', message, input: column});
    return z.NEVER;
  });

const rates = z.strictObject(
  {type: text('the kind of rate, such as SPOT'), company: text('the id of the company whose rates are taken')},
  {error: issue => unknownIn(issue.code, 'type, company')},
);

const keys = 'ledgers, routes, unrouted, dimensions, group_currency, rates, on_difference';

const unknownIn = (code: string | undefined, known: string): string =>
  code === 'unrecognized_keys'
    ? `is not known; the keys here are ${known}`
    : `must be a section with the keys ${known}`;

/** The section as it is read: how the ledger is mapped, and what a difference does to a run. */
export interface LedgerSection {
  /** Absent if nothing is mapped. */
  readonly mapping?: Mapping;
  readonly onDifference: 'fail' | 'warn';
}

interface Written {
  readonly ledgers?: readonly string[] | undefined;
  readonly routes?: readonly Route[] | undefined;
  readonly unrouted?: 'other' | 'fail' | undefined;
  readonly dimensions?: readonly LedgerDimension[] | undefined;
  readonly group_currency?: string | undefined;
  readonly rates?: {readonly type: string; readonly company: string} | undefined;
}

/** The section `ledger`. What is empty maps nothing and builds nothing. */
export const ledgerSection = z
  .strictObject(
    {
      ledgers: z.array(text('the number of a ledger'), 'must be a list of ledgers').optional(),
      routes: z.array(route, 'must be a list of routes, each with accounts and group').optional(),
      unrouted: z.enum(['other', 'fail'], 'must be other or fail').optional(),
      dimensions: z.array(dimension, 'must be a list of dimensions, each with its column').optional(),
      group_currency: currency.optional(),
      rates: rates.optional(),
      on_difference: z.enum(['fail', 'warn'], 'must be fail or warn').default('fail'),
    },
    {error: issue => unknownIn(issue.code, keys)},
  )
  .transform(({on_difference: onDifference, ...written}): LedgerSection => {
    const mapping = mappingOf(written);
    return {onDifference, ...(mapping && {mapping})};
  });

function mappingOf(written: Written): Mapping | undefined {
  if (Object.values(written).every(value => value === undefined)) return undefined;
  const {ledgers, routes, unrouted, dimensions, group_currency: groupCurrency, rates: from} = written;
  return {
    ledgers: ledgers ?? [],
    routes: routes ?? [],
    unrouted: unrouted ?? 'other',
    dimensions: dimensions ?? [],
    ...(groupCurrency !== undefined && {groupCurrency}),
    ...(from && {rates: {type: from.type, company: companyId(from.company)}}),
  };
}
