import {type ErrorKind, type Facts, SyncError} from '../base/errors.ts';
import {quoteIdentifier, quoteName} from '../base/quoting.ts';
import type {Random} from '../base/random.ts';
import type {Files, Prerequisites} from '../model/ports.ts';
import type {ControlPlane} from './control-plane.ts';

export interface PrerequisitesOptions {
  readonly controlPlane: ControlPlane;
  readonly files: Files;
  readonly random: Random;
  /** Absent where the configuration names no warehouse. */
  readonly warehouseId: string | undefined;
}

interface Volume {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

/** Each check by itself. What is missing is thrown with its remedy: a grant to copy, or the key to correct. */
export function openPrerequisites(options: PrerequisitesOptions): Prerequisites {
  const principal = new Principal(options.controlPlane);
  return {
    ensureVolume: volume => ensureVolume(options, volume, principal),
    checkIdentity: async () => {
      await principal.ask();
    },
    checkWarehouse: () => checkWarehouse(options, principal),
    checkCatalog: catalog => checkCatalog(options, catalog, principal),
    checkVolume: volume => checkVolume(options, volume, principal),
  };
}

/** Who is asking, for the remedies: asked once, and a placeholder where that is not to be known. */
class Principal {
  readonly #controlPlane: ControlPlane;
  #name: string | undefined;

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane;
  }

  async ask(): Promise<string> {
    const me = await this.#controlPlane.call({what: 'ask who we are'}, (client, context) =>
      client.currentUser.me(context),
    );
    if (me.active === false) {
      throw new SyncError('credentials', 'ask who we are: the principal is not active in this workspace', {
        hint: 'Activate the service principal in the workspace, or use another one in databricks.client_id.',
      });
    }
    this.#name = me.userName ?? me.displayName ?? me.id;
    return this.#name ?? placeholder;
  }

  async name(): Promise<string> {
    return this.#name ?? this.ask().catch(() => placeholder);
  }

  /** The statement that gives us rights, for somebody who may run it. */
  async grant({rights, on}: {readonly rights: string; readonly on: string}): Promise<string> {
    return `GRANT ${rights} ON ${on} TO ${quoteIdentifier(await this.name())}`;
  }
}

const placeholder = '<service principal>';

async function checkWarehouse({controlPlane, warehouseId}: PrerequisitesOptions, principal: Principal): Promise<void> {
  if (warehouseId === undefined) {
    throw new SyncError('configuration', 'look at the SQL warehouse: databricks.warehouse_id names none', {
      hint: 'Write the id of a SQL warehouse in databricks.warehouse_id, or set DATABRICKS_WAREHOUSE_ID.',
    });
  }
  const what = `look at the SQL warehouse ${warehouseId}`;
  const id = encodeURIComponent(warehouseId);
  const gone = 'databricks.warehouse_id names a SQL warehouse that is not there: correct it.';
  const warehouse = await remedied(
    controlPlane.call({what}, (client, context) => client.warehouses.get({id}, context)),
    // An id of the wrong form is answered with 400.
    {
      absent: gone,
      protocol: gone,
      permission: async () => `Grant CAN USE on the warehouse to ${await principal.name()}.`,
    },
  );
  // A stopped one starts with the first statement.
  if (warehouse.state !== 'DELETED' && warehouse.state !== 'DELETING') return;
  throw new SyncError('absent', `${what}: it has been deleted`, {hint: gone, facts: {state: warehouse.state}});
}

async function checkCatalog(
  {controlPlane}: PrerequisitesOptions,
  catalog: string,
  principal: Principal,
): Promise<void> {
  const what = `look at the catalog ${catalog}`;
  const grant = (): Promise<string> =>
    principal.grant({rights: 'USE CATALOG, CREATE SCHEMA', on: `CATALOG ${quoteIdentifier(catalog)}`});
  await remedied(
    controlPlane.call({what}, (client, context) => client.catalogs.get({name: encodeURIComponent(catalog)}, context)),
    {
      absent: async () => `databricks.catalog names a catalog that is not there or not visible: ${await grant()}`,
      permission: grant,
    },
  );
}

/** Reads the volume and creates it where it is not; who creates it at the same time is welcome. */
async function ensureVolume(
  {controlPlane}: PrerequisitesOptions,
  {catalog, schema, name}: Volume,
  principal: Principal,
): Promise<void> {
  const where = `${catalog}.${schema}.${name}`;
  const grant = (): Promise<string> =>
    principal.grant({rights: 'USE SCHEMA, CREATE VOLUME', on: `SCHEMA ${quoteName(catalog, schema)}`});
  const remedies = {
    absent: `The schema ${catalog}.${schema} is not there: run sync, which creates it.`,
    permission: grant,
  };
  try {
    const full = encodeURIComponent(where);
    await controlPlane.call({what: `look at the volume ${where}`}, (client, context) =>
      client.volumes.read({name: full}, context),
    );
    return;
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.facts['status'] !== 404) throw await withRemedy(thrown, remedies);
  }
  const request = {catalog_name: catalog, schema_name: schema, name, volume_type: 'MANAGED' as const};
  const comment = 'Files on their way into the tables; removed once they are in';
  try {
    await controlPlane.call({what: `create the volume ${where}`}, (client, context) =>
      client.volumes.create({...request, comment}, context),
    );
  } catch (thrown) {
    if (!(thrown instanceof SyncError) || thrown.facts['status'] !== 409) throw await withRemedy(thrown, remedies);
  }
}

async function checkVolume(
  {files, random}: PrerequisitesOptions,
  {catalog, schema, name}: Volume,
  principal: Principal,
): Promise<void> {
  const path = `/Volumes/${catalog}/${schema}/${name}/check-${random.id()}`;
  const written = Buffer.from('written by check, to be removed\n');
  const grant = (): Promise<string> =>
    principal.grant({rights: 'READ VOLUME, WRITE VOLUME', on: `VOLUME ${quoteName(catalog, schema, name)}`});
  const remedies = {
    permission: grant,
    absent: `The volume ${catalog}.${schema}.${name} is not there: run sync, which creates it.`,
  };
  await remedied(files.put(path, written), remedies);
  const size = await remedied(files.size(path), remedies);
  const read = await remedied(files.read(path), remedies);
  await remedied(files.remove({path, folder: false}), remedies);
  if (size !== written.length || read === undefined || !written.equals(read)) {
    throw new SyncError('protocol', `try the volume: ${path} does not hold what was written`, {
      facts: {written: written.length, size},
    });
  }
}

type Remedies = Partial<Record<ErrorKind, string | (() => Promise<string>)>>;

async function remedied<T>(work: Promise<T>, remedies: Remedies): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw await withRemedy(thrown, remedies);
  }
}

/** The same error, with what an operator does about it here. A request that was wrong in form stands for absence. */
async function withRemedy(thrown: unknown, remedies: Remedies): Promise<unknown> {
  if (!(thrown instanceof SyncError)) return thrown;
  const {kind, message, facts}: {kind: ErrorKind; message: string; facts: Facts} = thrown;
  const remedy = remedies[kind];
  // An address without a workspace is absent too; it has a remedy of its own.
  const isAnswer = facts['status'] !== undefined && facts['status'] !== 200;
  if (remedy === undefined || !isAnswer) return thrown;
  const hint = typeof remedy === 'string' ? remedy : await remedy();
  return new SyncError(kind === 'protocol' ? 'absent' : kind, message, {hint, facts});
}
