import {SyncError} from '../base/errors.ts';
import type {Statement, StatementRow} from '../model/ports.ts';
import {controlTables} from './control-tables.ts';
import {addColumns, readColumns} from './held-columns.ts';
import type {Places} from './places.ts';
import {isAbsent, lacksColumn, type Sender} from './sender.ts';
import {createSchema} from './sql/create-schema.ts';
import {createTable, type TableSpec} from './sql/create-table.ts';
import {forTransactions, isRefused} from './transactional.ts';

/** Creates what is absent, and asks for nothing while all is there. */
export class Creation {
  readonly #sender: Sender;
  readonly #places: Places;
  readonly #readOnly: boolean;
  #takesTransactions = true;

  constructor(sender: Sender, places: Places, {readOnly}: {readonly readOnly: boolean}) {
    this.#sender = sender;
    this.#places = places;
    this.#readOnly = readOnly;
  }

  /**
   * Sends a statement over control tables; where they are absent they are created, where an earlier version made them
   * they get the columns that they lack, and it is sent again.
   */
  async sendControl(statement: Statement, signal?: AbortSignal): Promise<readonly StatementRow[]> {
    const remedies = new Set([
      {helps: isAbsent, apply: () => this.#createControl(signal)},
      {helps: lacksColumn, apply: () => this.#extendControl(signal)},
    ]);
    for (;;) {
      try {
        return await this.#sender.send(statement, signal);
      } catch (thrown) {
        const remedy = [...remedies].find(({helps}) => helps(thrown));
        if (!remedy || this.#readOnly) throw thrown;
        await remedy.apply();
        // What did not help once does not help again.
        remedies.delete(remedy);
      }
    }
  }

  /** Creates one table, and the schemas where that fails for want of them. */
  async createTable(spec: TableSpec, facts: Pick<Statement, 'table'>, signal?: AbortSignal): Promise<void> {
    try {
      await this.#create(spec, facts, signal);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
      const refused = await this.#createSchemas(signal);
      await this.#createUnless(refused, {spec, facts}, signal);
    }
  }

  /** A table can take part in transactions over several only where it was created for that: tried where it is taken. */
  async #create(spec: TableSpec, facts: Pick<Statement, 'table'>, signal?: AbortSignal): Promise<void> {
    const send = (sql: string) => this.#sender.send({sql, label: 'create', ...facts}, signal);
    if (this.#takesTransactions) {
      try {
        await send(createTable({...spec, properties: {...spec.properties, ...forTransactions}}));
        return;
      } catch (thrown) {
        if (!isRefused(thrown)) throw thrown;
        this.#takesTransactions = false;
      }
    }
    await send(createTable(spec));
  }

  async #createControl(signal?: AbortSignal): Promise<void> {
    const refused = await this.#createSchemas(signal);
    for (const {name, comment, fields} of controlTables) {
      const spec = {name: this.#places.control(name), comment, fields};
      await this.#createUnless(refused, {spec, facts: {}}, signal);
    }
  }

  async #extendControl(signal?: AbortSignal): Promise<void> {
    for (const {name: table, fields} of controlTables) {
      const name = this.#places.control(table);
      const held = await readColumns(this.#sender, {name}, signal);
      const lacked = held ? fields.filter(field => !held.has(field.name.toLowerCase())) : [];
      if (lacked.length > 0) await addColumns(this.#sender, {name, fields: lacked}, signal);
    }
  }

  /** Where a schema is still absent after its creation was refused, the refusal is what has to be told. */
  async #createUnless(
    refused: SyncError | undefined,
    {spec, facts}: {readonly spec: TableSpec; readonly facts: Pick<Statement, 'table'>},
    signal?: AbortSignal,
  ): Promise<void> {
    try {
      await this.#create(spec, facts, signal);
    } catch (thrown) {
      throw isAbsent(thrown) ? (refused ?? thrown) : thrown;
    }
  }

  /**
   * Gives the refusal where the right to create schemas is missing: with schemas that were made beforehand nobody
   * needs it, and a refusal does not say whether they are there.
   */
  async #createSchemas(signal?: AbortSignal): Promise<SyncError | undefined> {
    let refused: SyncError | undefined;
    for (const schema of this.#places.schemas) {
      try {
        await this.#sender.send({sql: createSchema(schema), label: 'create'}, signal);
      } catch (thrown) {
        if (!(thrown instanceof SyncError) || thrown.kind !== 'permission') throw thrown;
        refused ??= thrown;
      }
    }
    return refused;
  }
}
