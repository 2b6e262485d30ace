import type {Field} from 'apache-arrow';
import {SyncError} from '../base/errors.ts';
import {column, pathOf, sqlType, standsInRecord} from '../model/column.ts';
import type {TableName} from '../model/names.ts';
import {laterNames, rawSchema, stagingSchema, type Table} from '../model/table.ts';
import type {Creation} from './creation.ts';
import {addColumns, type Held, normalType, readColumns} from './held-columns.ts';
import type {Places} from './places.ts';
import type {Sender} from './sender.ts';
import {allowWidening, commentColumn, widenColumn} from './sql/alter-table.ts';
import {fillColumns} from './sql/fill-columns.ts';
import {addPrimaryKey} from './sql/primary-key.ts';
import {canWiden} from './widening.ts';

const key = ['company_id', 'record_id'];

interface Change {
  readonly added: readonly Field[];
  readonly widened: readonly Field[];
}

/** What a column says that was put back and is not filled yet: by it the next run knows, should this one die. */
const notFilled = 'Put back, and not filled from _record yet';

/**
 * Raw and staging tables, created or widened. The order makes it safe to be killed anywhere: a column comes to the raw
 * table first, is filled from the records of the rows that are there, and comes to staging last. So whatever staging
 * lacks is not known to be filled. A column that staging has and the raw table lacks was dropped by hand: it is put
 * back and filled too, and says so of itself until it is.
 */
export class Migration {
  readonly #sender: Sender;
  readonly #creation: Creation;
  readonly #places: Places;
  readonly #prepared = new Set<TableName>();
  #keysAreKnown = true;

  constructor({sender, creation, places}: {sender: Sender; creation: Creation; places: Places}) {
    this.#sender = sender;
    this.#creation = creation;
    this.#places = places;
  }

  /** Each table once in the life of a process: nobody else alters them. */
  async prepare(table: Table, signal?: AbortSignal): Promise<void> {
    if (this.#prepared.has(table.name)) return;
    const raw = this.#places.raw(table.name);
    const staging = this.#places.staging(table.name);
    const heldRaw = await readColumns(this.#sender, {name: raw, table: table.name}, signal);
    const heldStaging = await readColumns(this.#sender, {name: staging, table: table.name}, signal);
    // Both are judged before either is changed.
    const rawChange = heldRaw && changeOf(rawSchema(table).fields, heldRaw, table);
    const stagingChange = heldStaging && changeOf(stagingSchema(table).fields, heldStaging, table);
    const dropped = rawChange && droppedOf(rawChange, {known: heldStaging, table});

    if (rawChange) await this.#alter(raw, unfilledIn(rawChange, dropped), table, signal);
    else await this.#createRaw(table, signal);
    if (heldRaw)
      await this.#fill(
        raw,
        {table, known: heldStaging, dropped: [...(dropped ?? []), ...marked(heldRaw, table)]},
        signal,
      );
    if (stagingChange) await this.#alter(staging, stagingChange, table, signal);
    else await this.#createStaging(table, signal);
    this.#prepared.add(table.name);
  }

  async #createRaw(table: Table, signal?: AbortSignal): Promise<void> {
    const name = this.#places.raw(table.name);
    const spec = {
      name,
      comment: table.comment,
      fields: rawSchema(table).fields,
      key,
      properties: {'delta.enableChangeDataFeed': 'true'},
    };
    await this.#creation.createTable(spec, {table: table.name}, signal);
    if (this.#keysAreKnown) await this.#declareKey(name, table.name, signal);
  }

  /** For information only, and unknown to some engines: asked once, and not again after a refusal. */
  async #declareKey(name: string, table: TableName, signal?: AbortSignal): Promise<void> {
    const sql = addPrimaryKey({name, constraint: `${table}_key`, key});
    try {
      await this.#sender.send({sql, label: 'declare key', table}, signal);
    } catch (thrown) {
      if (!(thrown instanceof SyncError) || !['data', 'permission', 'conflict'].includes(thrown.kind)) throw thrown;
      this.#keysAreKnown = false;
    }
  }

  async #createStaging(table: Table, signal?: AbortSignal): Promise<void> {
    const spec = {
      name: this.#places.staging(table.name),
      comment: `Landed rows of ${table.name}, each load as it was read`,
      fields: stagingSchema(table).fields,
    };
    await this.#creation.createTable(spec, {table: table.name}, signal);
  }

  async #alter(name: string, {added, widened}: Change, table: Table, signal?: AbortSignal): Promise<void> {
    const envelope = {label: 'alter', table: table.name};
    if (widened.length > 0) await this.#sender.send({...envelope, sql: allowWidening(name)}, signal);
    for (const field of widened) await this.#sender.send({...envelope, sql: widenColumn(name, field)}, signal);
    if (added.length > 0) await addColumns(this.#sender, {name, fields: added, table: table.name}, signal);
  }

  async #fill(
    raw: string,
    {table, known, dropped}: {table: Table; known: Held | undefined; dropped: readonly Field[]},
    signal?: AbortSignal,
  ): Promise<void> {
    const unfilled = table.schema.fields.filter(
      field => standsInRecord(field) && (dropped.includes(field) || !known?.has(field.name.toLowerCase())),
    );
    if (unfilled.length === 0) return;
    await this.#sender.send({sql: fillColumns(raw, unfilled), label: 'fill', table: table.name}, signal);
    for (const field of dropped) {
      await this.#sender.send({sql: commentColumn(raw, field), label: 'alter', table: table.name}, signal);
    }
  }
}

/** Columns of the record that staging knows and the raw table lacks: they were there before. */
function droppedOf({added}: Change, {known, table}: {known: Held | undefined; table: Table}): readonly Field[] {
  const dropped = added.filter(field => known?.has(field.name.toLowerCase()));
  const lost = dropped.find(field => !standsInRecord(field));
  if (lost) throw lacking(lost, table);
  return dropped;
}

const unfilledIn = ({added, widened}: Change, dropped: readonly Field[] = []): Change => ({
  added: added.map(field => (dropped.includes(field) ? column(field.name, field.type, {comment: notFilled}) : field)),
  widened,
});

/** Columns that a run before this one put back, and died before they were filled. */
const marked = (held: Held, {schema}: Table): readonly Field[] =>
  schema.fields.filter(field => held.get(field.name.toLowerCase())?.comment === notFilled);

function changeOf(fields: readonly Field[], held: Held, table: Table): Change {
  const added: Field[] = [];
  const widened: Field[] = [];
  for (const field of fields) {
    const from = held.get(field.name.toLowerCase())?.type;
    const to = normalType(sqlType(field.type));
    // What we write ourselves stands in no record: without it nobody knows any more what the rows are.
    if (from === undefined && pathOf(field).length === 0 && !laterNames.has(field.name)) throw lacking(field, table);
    if (from === undefined) added.push(field);
    else if (from !== to && canWiden({from, to})) widened.push(field);
    else if (from !== to) throw otherType(field, {table, from, to});
  }
  return {added, widened};
}

const lacking = ({name}: Field, table: Table): SyncError =>
  new SyncError('data', `the column ${name} of ${table.name} is gone, and nothing can put it back`, {
    hint: 'Restore the table to before it was dropped, or move it away: then it is made anew and read again whole.',
    facts: {table: table.name, column: name},
  });

const otherType = ({name}: Field, {table, from, to}: {table: Table; from: string; to: string}): SyncError =>
  new SyncError('data', `the column ${name} of ${table.name} is ${from} and should be ${to}`, {
    hint: 'Columns are added and widened and never changed otherwise. Restore the column, or move the table away.',
    facts: {table: table.name, column: name, held: from, wanted: to},
  });
