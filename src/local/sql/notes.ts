import {literal} from './cast.ts';
import {type KnownTables, type Note, type NoteKind, ownSchema, qualified, type TableName, type Work} from './work.ts';

/** All notes there are, read once: a workspace asks for them at every statement that changes a table. */
async function allNotes({duck, known}: Work): Promise<Map<string, readonly Note[]>> {
  if (known.notes) return known.notes;
  const rows = await duck.rows(`SELECT schema_name, table_name, kind, note_key, note_value
    FROM ${ownSchema}.table_note ORDER BY note_key`);
  const notes = new Map<string, readonly Note[]>();
  for (const [schema, table, kind, key, value] of rows) {
    const name = qualified({schema: String(schema), table: String(table)});
    const note = {kind: String(kind) as NoteKind, key: String(key), value: String(value)};
    notes.set(name, [...(notes.get(name) ?? []), note]);
  }
  known.notes = notes;
  return notes;
}

const isSame = (one: Pick<Note, 'kind' | 'key'>, {kind, key}: Note): boolean => one.kind === kind && one.key === key;

/** Writes notes in the place of those with the same kind and key. */
export async function writeNotes(work: Work, name: TableName, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  const all = await allNotes(work);
  const held = all.get(qualified(name)) ?? [];
  const replaced = held.filter(each => notes.some(note => isSame(note, each)));
  for (const {kind, key} of replaced) await work.duck.run(deleteOf(name, kind, key));
  const {schema, table} = name;
  const rows = notes.map(({kind, key, value}) => `(${[schema, table, kind, key, value].map(literal).join(', ')})`);
  await work.duck.run(`INSERT INTO ${ownSchema}.table_note VALUES ${rows.join(', ')}`);
  all.set(qualified(name), inOrder([...held.filter(each => !replaced.includes(each)), ...notes]));
}

const inOrder = (notes: readonly Note[]): readonly Note[] =>
  notes.toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));

/** Writes a comment, or removes it if there is no text. */
export async function writeComment(
  work: Work,
  name: TableName,
  {key, text}: {readonly key: string; readonly text: string | undefined},
): Promise<void> {
  if (text === undefined) await removeNotes(work, name, 'comment', key);
  else await writeNotes(work, name, [{kind: 'comment', key, value: text}]);
}

/** The notes of one kind, by their keys and in their order. */
export async function readNotes(work: Work, name: TableName, kind: NoteKind): Promise<ReadonlyMap<string, string>> {
  const notes = (await allNotes(work)).get(qualified(name)) ?? [];
  return new Map(notes.filter(note => note.kind === kind).map(({key, value}) => [key, value]));
}

export async function removeNotes(work: Work, name: TableName, kind?: NoteKind, key?: string): Promise<void> {
  const all = await allNotes(work);
  const held = all.get(qualified(name)) ?? [];
  const stays = held.filter(note => (kind ?? note.kind) !== note.kind || (key ?? note.key) !== note.key);
  if (stays.length === held.length) return;
  await work.duck.run(deleteOf(name, kind, key));
  all.set(qualified(name), stays);
}

function deleteOf(name: TableName, kind?: NoteKind, key?: string): string {
  const kinds = kind === undefined ? '' : ` AND kind = ${literal(kind)}`;
  const keys = key === undefined ? '' : ` AND note_key = ${literal(key)}`;
  return `DELETE FROM ${ownSchema}.table_note WHERE ${whereNote(name)}${kinds}${keys}`;
}

const whereNote = ({schema, table}: TableName): string =>
  `schema_name = ${literal(schema)} AND table_name = ${literal(table)}`;

/** Forgets what belongs to a table that is dropped: its notes, and which files were copied into it. */
export async function forgetTable(work: Work, name: TableName): Promise<void> {
  await removeNotes(work, name);
  await work.duck.run(`DELETE FROM ${ownSchema}.copied_file WHERE ${whereNote(name)}`);
}

/**
 * The tables of the workspace's own, created where they are absent. Neither has a key: an index costs more at every
 * commit than all else that is written here.
 */
export const ownTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${ownSchema}.table_note
    (schema_name VARCHAR, table_name VARCHAR, kind VARCHAR, note_key VARCHAR, note_value VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${ownSchema}.copied_file (schema_name VARCHAR, table_name VARCHAR, file_path VARCHAR)`,
];

/** Nothing is known yet. */
export const newlyKnown = (): KnownTables => ({
  schemas: new Set(),
  kinds: undefined,
  columns: new Map(),
  notes: undefined,
  redefined: false,
});

/** Forgets the columns and kinds of all tables and views, because one of them changes. */
export function forgetShapes({known}: Pick<Work, 'known'>): void {
  known.kinds = undefined;
  known.columns.clear();
}

/** Forgets everything, because a transaction that may have changed it was rolled back. */
export function forgetAll(known: KnownTables): void {
  forgetShapes({known});
  known.schemas.clear();
  known.notes = undefined;
}
