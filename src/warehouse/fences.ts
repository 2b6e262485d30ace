import {generalLedger} from '../model/general-ledger.ts';
import type {Statement, StatementRow} from '../model/ports.ts';
import {type Resource, tablesOf} from '../model/resource.ts';
import type {Places} from './places.ts';
import {isAbsent, type Sender} from './sender.ts';
import {newestCommits, showTables} from './sql/lease.ts';

/** What the fences of the lease have to be above: the newest `_commit` that this process has seen in any table. */
export class SeenCommits {
  #newest = 0;

  get newest(): number {
    return this.#newest;
  }

  note(commits: ReadonlyArray<number | undefined>): void {
    this.#newest = Math.max(this.#newest, ...commits.map(commit => commit ?? 0));
  }
}

interface Context {
  readonly sender: Sender;
  readonly places: Places;
  readonly resources: readonly Resource[];
}

/**
 * The newest commit of all tables and of the ledger's checkpoint, looked up when the row of the lease is new. It may be
 * new because all is new, or because it was dropped, restored or cloned while the tables kept their commits.
 */
export async function newestCommit(
  {sender, places, resources}: Context,
  tags: NonNullable<Statement['tags']>,
  signal?: AbortSignal,
): Promise<number> {
  const send = (sql: string): Promise<readonly StatementRow[]> => sender.send({sql, label: 'lease', tags}, signal);
  const named = new Set<string>([...resources.flatMap(tablesOf).map(({name}) => name), generalLedger]);
  const [raw, control] = await Promise.all([tablesIn(places.rawSchema, send), tablesIn(places.controlSchema, send)]);
  const columns = [
    ...raw.filter(name => named.has(name)).map(name => ({table: places.raw(name), column: '_commit'})),
    ...control
      .filter(name => name === 'ledger_checkpoint')
      .map(name => ({table: places.control(name), column: 'taken_commit'})),
  ];
  if (columns.length === 0) return 0;
  const rows = await send(newestCommits(columns));
  return Math.max(0, ...rows.map(row => Number(row['newest_commit'] ?? 0)));
}

/** None if the schema does not exist. */
async function tablesIn(
  schema: string,
  send: (sql: string) => Promise<readonly StatementRow[]>,
): Promise<readonly string[]> {
  try {
    return (await send(showTables(schema))).map(row => String(row['tableName']));
  } catch (thrown) {
    if (isAbsent(thrown)) return [];
    throw thrown;
  }
}
