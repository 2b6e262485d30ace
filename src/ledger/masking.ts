import {columnRows} from '../model/column.ts';
import {generalLedger, ledgerFields} from '../model/general-ledger.ts';
import type {LedgerCopies} from '../model/ledger.ts';
import type {StatementRow, Statements} from '../model/ports.ts';
import {tablesInMapping} from './mapping-record.ts';
import {placesIn} from './places.ts';
import {isAbsent} from './sending.ts';
import {readMappings} from './sql/checkpoint.ts';
import {describeTable} from './sql/create-table.ts';
import {blankCopy, routedTables} from './sql/mask-copies.ts';

/** A column of the raw tables that the ledger copies, and the columns that its value reaches. */
interface Copy {
  readonly from: string;
  /** In general_ledger and the routed tables. */
  readonly to: readonly string[];
  /** In the records of closes, events and differences. */
  readonly control?: Readonly<Record<string, readonly string[]>>;
}

const accounts = {
  period_event: ['account_before', 'account_after'],
  period_close_balance: ['account'],
  reconciliation: ['account'],
};
const subaccounts = {period_event: ['subaccount_before', 'subaccount_after']};
const sides = (side: string): NonNullable<Copy['control']> => ({
  period_event: [`${side}_before`, `${side}_after`],
  period_close_balance: [side],
});
const branches = {period_close_balance: ['branch'], reconciliation: ['branch']};

const line = 'journal_transaction_line';
const header = 'journal_transaction';

const copies: readonly Copy[] = [
  {from: `${line}.transaction_description`, to: ['description']},
  {from: `${line}.reference_number`, to: ['reference_number']},
  {from: `${line}.customer_supplier`, to: ['customer_supplier']},
  {from: `${line}.project_id`, to: ['project']},
  {from: `${line}.description`, to: ['account_name']},
  {from: `${line}.subaccount_description`, to: ['subaccount_name']},
  {from: `${line}.account_number`, to: ['account'], control: accounts},
  {from: `${line}.subaccount_subaccount_number`, to: ['subaccount'], control: subaccounts},
  {from: `${line}.branch`, to: ['branch'], control: branches},
  {from: `${line}.debit_amount`, to: ['debit', 'amount', 'group_debit', 'group_amount'], control: sides('debit')},
  {from: `${line}.credit_amount`, to: ['credit', 'amount', 'group_credit', 'group_amount'], control: sides('credit')},
  {from: `${line}.debit_amount_in_currency`, to: ['document_debit']},
  {from: `${line}.credit_amount_in_currency`, to: ['document_credit']},
  {from: `${header}.currency_id`, to: ['document_currency']},
  {from: `${header}.branch`, to: ['branch'], control: branches},
  {from: `${header}.transaction_date`, to: ['transaction_date']},
  {from: 'account.description', to: ['account_name']},
  {from: 'subaccount.description', to: ['subaccount_name']},
];

/** Copied into the columns of dimensions, whose names the configuration gave. */
const dimensionValues: ReadonlySet<string> = new Set(['subaccount_segment.segment_value']);
const dimensionNames: ReadonlySet<string> = new Set([
  'subaccount_segment.segment_value_description',
  'dimension_segment_value.description',
]);

export interface CopiesOptions {
  readonly statements: Statements;
  readonly catalog: string;
  readonly schema: string;
  readonly version: string;
}

const own: ReadonlySet<string> = new Set(ledgerFields([]).map(({name}) => name));

/**
 * What earlier runs copied out of the raw tables. It is there whether or not a ledger is configured now, so that a
 * masking rule reaches it all the same. A configured ledger then writes what the rule leaves.
 */
export function openLedgerCopies({statements, version, ...where}: CopiesOptions): LedgerCopies {
  const places = placesIn(where);
  return {
    async mask({columns, lease, renew}, signal) {
      const names = columns.map(({table, column}) => `${table}.${column}`);
      const due = copies.filter(({from}) => names.includes(from));
      const hasValues = names.some(name => dimensionValues.has(name));
      const hasNames = hasValues || names.some(name => dimensionNames.has(name));
      if (due.length === 0 && !hasNames) return;
      const parameters = {owner: lease.owner, fence: BigInt(lease.fence)};
      const send = async (sql: string): Promise<readonly StatementRow[]> => {
        await renew(signal);
        const tags = {version, run: lease.owner};
        return statements.run({sql, label: 'mask', parameters, tags}, signal);
      };
      const isDimension = (name: string): boolean =>
        !own.has(name) && (hasValues || (hasNames && name.endsWith('_name')));
      const blank = async (table: string, wanted: (name: string) => boolean, sets: readonly string[]) => {
        const held = (await unlessAbsent(() => send(describeTable(table)))) ?? [];
        const present = columnRows(held)
          .map(row => String(row['col_name']))
          .filter(wanted);
        if (present.length > 0) await send(blankCopy(places, {table, columns: present, sets}));
      };
      const target = new Set(due.flatMap(({to}) => to));
      const isCopy = (name: string): boolean => target.has(name) || isDimension(name);
      for (const table of [...(await routedIn(send)), generalLedger]) {
        await blank(places.raw(table), isCopy, ['`_commit` = :fence', '`_updated_at` = current_timestamp()']);
      }
      for (const [table, wanted] of controlColumns(due)) {
        await blank(places.control(table), name => wanted.has(name), []);
      }
    },
  };

  /** Those of every mapping that was ever applied, and those that rows name. */
  async function routedIn(send: (sql: string) => Promise<readonly StatementRow[]>): Promise<readonly string[]> {
    const mappings = (await unlessAbsent(() => send(readMappings(places)))) ?? [];
    const named = (await unlessAbsent(() => send(routedTables(places)))) ?? [];
    const recorded = mappings.flatMap(row => tablesInMapping(String(row['mapping'])));
    return [...new Set([...recorded, ...named.map(row => String(row['routed_table']))])];
  }
}

function controlColumns(due: readonly Copy[]): ReadonlyMap<string, ReadonlySet<string>> {
  const columns = new Map<string, Set<string>>();
  for (const {control = {}} of due) {
    for (const [table, names] of Object.entries(control)) {
      columns.set(table, new Set([...(columns.get(table) ?? []), ...names]));
    }
  }
  return columns;
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}
