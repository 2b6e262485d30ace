import type {TableName} from '../model/names.ts';
import type {PrivacyApplication, PrivacyChange, Statement} from '../model/ports.ts';
import {tablesOf} from '../model/resource.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import {holderParameters, leaseLost} from './holder.ts';
import type {Places} from './places.ts';
import {isAbsent, type Sender} from './sender.ts';
import {type BlankRows, blankRows, clearStaging, forgetWindows, noteRules} from './sql/apply-privacy.ts';
import {describeTable} from './sql/describe-table.ts';

interface Doors {
  readonly sender: Sender;
  readonly creation: Creation;
  readonly state: HeldState;
  readonly places: Places;
  /** Makes sure that a whole statement fits into what is left of the lease's term. */
  readonly renew: () => Promise<void>;
}

/**
 * Brings the rows that are held under changed rules. The order makes it safe to be killed anywhere. First the former
 * text is taken out; then the windows are forgotten, so that the next passes read everything; and the new rules are
 * noted last. Until they are, the next run finds that they differ and does all of it again, which finds nothing left
 * to do. Once they are, the checkpoints themselves say what has to be read again.
 */
export async function applyPrivacy(
  {changes, rows, lease, runId}: PrivacyApplication,
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const {creation, state, places, renew} = doors;
  const ours = {parameters: holderParameters(lease), tags: {run: runId}};
  const leaseTable = places.control('lease');
  for (const change of changes) await blank(change, {...doors, ours, leaseTable}, signal);
  state.forget();
  const parameters = {...ours.parameters, run_id: runId};
  const envelope = {...ours, parameters, label: 'apply privacy'};
  const names = changes.map(({resource}) => resource.name);
  if (names.length > 0) {
    const sql = forgetWindows(places.control('checkpoint'), leaseTable, names);
    await renew();
    await creation.sendControl({...envelope, sql}, signal);
  }
  await renew();
  await creation.sendControl({...envelope, sql: noteRules(places.control('privacy'), leaseTable, rows)}, signal);
  const noted = new Map((await state.read(signal)).privacy.map(held => [held.resource, held.fingerprint]));
  if (rows.some(row => noted.get(row.resource) !== row.fingerprint)) throw leaseLost(lease);
}

interface Blanking extends Doors {
  readonly ours: Pick<Statement, 'parameters' | 'tags'>;
  readonly leaseTable: string;
}

async function blank(change: PrivacyChange, blanking: Blanking, signal?: AbortSignal): Promise<void> {
  const {sender, places, renew, ours, leaseTable} = blanking;
  const send = async (sql: string, table: TableName): Promise<void> => {
    await renew();
    await sender.send({...ours, sql, label: 'apply privacy', table}, signal);
  };
  if (change.newly.length === 0) return;
  for (const {table, columns, holding} of blanksOf(change)) {
    const raw = places.raw(table);
    const held = await heldColumns(raw, table, blanking, signal);
    if (!held) continue;
    // A column that this version brings is not there yet, and will be filled from records without it.
    const present = columns.filter(name => held.has(name.toLowerCase()));
    await send(blankRows({raw, lease: leaseTable, columns: present, ...(holding && {holding})}), table);
  }
  for (const {name} of tablesOf(change.resource)) {
    const staging = places.staging(name);
    if (await heldColumns(staging, name, blanking, signal)) await send(clearStaging(staging, leaseTable), name);
  }
}

/** The columns that stand in the workspace, in lower case; undefined where the table is not there. */
async function heldColumns(
  name: string,
  table: TableName,
  {sender}: Blanking,
  signal?: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const rows = await sender.send({sql: describeTable(name), label: 'describe', table}, signal);
    return new Set(rows.map(row => String(row['col_name']).toLowerCase()));
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

type Blank = Pick<BlankRows, 'columns' | 'holding'> & {readonly table: TableName};

/**
 * What is emptied where. The lines of an array that could not be read as one stand in the record around it: there only
 * the rows are emptied whose record has such an array.
 */
export function blanksOf({resource, newly}: PrivacyChange): readonly Blank[] {
  const columnsIn = (table: TableName): readonly string[] =>
    newly.filter(column => column.table === table).map(({column}) => column);
  const arrays = resource.children.filter(child => columnsIn(child.table.name).length > 0);
  return tablesOf(resource).flatMap((table): readonly Blank[] => {
    const columns = columnsIn(table.name);
    if (columns.length > 0) return [{table: table.name, columns}];
    const own = resource.children.find(child => child.table === table)?.property;
    const within = arrays.filter(({outer}) => table === resource.table || (outer && outer.property === own));
    const holding = [
      ...new Set(within.flatMap(({property, outer}) => (outer ? [property, outer.property] : [property]))),
    ];
    return holding.length > 0 ? [{table: table.name, columns, holding}] : [];
  });
}
