import assert from 'node:assert/strict';
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {type Command, perform, type Request} from '../../src/app/app.ts';
import {type Clock, systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {Engine} from '../../src/local/engine.ts';
import {type LocalOptions, type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import type {Event} from '../../src/model/events.ts';
import type {Report} from '../../src/model/report.ts';
import {asRealCompanies} from '../sim/visma/behaviour.ts';
import {startVisma, type VismaOptions, type VismaSim} from '../sim/visma/visma.ts';
import {booksOf} from './books.ts';
import {copyTemplate} from './templates.ts';
import {assertTruth, type TruthOptions} from './truth.ts';
import type {Rule} from './veil.ts';

export interface WorldOptions {
  readonly visma?: VismaOptions;
  /** Of the workspace's tokens. */
  readonly tokenLifeSeconds?: number;
  /** Of the workspace; its own where absent. */
  readonly openEngine?: LocalOptions['openEngine'];
  /** Keys of the config's `sync` section. */
  readonly sync?: Readonly<Record<string, unknown>>;
  /** The config's `ledger` section. */
  readonly ledger?: object;
  /** The config's `privacy` section. */
  readonly privacy?: readonly Rule[];
  /** The config's `lineage` section; nothing is shown where it is absent, for other flows ask nothing of it. */
  readonly lineage?: object;
  /** Of the product's process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The workspace's own. */
  readonly clock?: Clock;
  readonly tls?: {readonly key: string; readonly cert: string};
  /** What the companies are called in the configuration, by the simulator's id. */
  readonly companyIds?: Readonly<Record<string, string>>;
}

export interface RunOptions extends Partial<Omit<Request, 'command'>> {
  readonly signal?: AbortSignal;
  readonly listen?: (event: Event) => void;
  /** The product's. */
  readonly clock?: Clock;
  /** The workspace's address where it is not the workspace itself. */
  readonly host?: string;
  /** Another `ledger` section than the world's. */
  readonly ledger?: object;
  /** Another `privacy` section, or environment, than the world's. */
  readonly privacy?: readonly Rule[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ConfigParts {
  readonly host?: string;
  readonly visma?: object;
  readonly databricks?: object;
  readonly sync?: object;
  readonly ledger?: object;
  readonly privacy?: readonly Rule[];
  readonly lineage?: object;
}

/** Small books, so that a flow takes seconds: everything nasty is in them. */
export const smallBooks = {invoices: 30, journalLines: 240, suppliers: 12, customers: 12} as const;

/** How a world is loaded: what the `sync` is asked for, and what is done to the simulator before. */
export interface Loading extends Pick<RunOptions, 'resources' | 'companies' | 'privacy' | 'environment'> {
  readonly prepare?: (world: World) => void;
}

/** Tests run side by side, so that more threads for one statement only cost. */
const oneThread: LocalOptions['openEngine'] = options => Engine.open({...options, threads: 1});

/**
 * A Visma.net as real companies have it, a workspace, a configuration, and runs of the product between them. It is
 * closed when the test ends.
 */
export class World {
  readonly visma: VismaSim;
  readonly workspace: LocalWorkspace;
  readonly folder: string;
  readonly #options: WorldOptions;

  static async open(t: TestContext, options: WorldOptions = {}): Promise<World> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-flow-'));
    const world = await World.#openIn(folder, options);
    t.after(() => world.#close({kept: false}));
    return world;
  }

  /**
   * A world whose initial load has been done, by a `sync` that ended with 0 and without a problem. The workspace is a
   * copy: only the first test with these options pays for the load. `prepare` changes the simulator before it, the same
   * way each time: what it does has to follow from the options.
   */
  static async loaded(t: TestContext, options: WorldOptions = {}, loading: Loading = {}): Promise<World> {
    const {prepare = () => undefined, ...request} = loading;
    const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-flow-'));
    await copyTemplate({options, request, prepare: prepare.toString()}, path.join(folder, 'workspace'), async made => {
      const making = await World.#openIn(await mkdtemp(path.join(os.tmpdir(), 'visma-template-')), options);
      prepare(making);
      const {exitCode, problems} = await making.run('sync', request);
      assert.deepEqual({exitCode, problems}, {exitCode: 0, problems: []}, 'the initial load ends well');
      await making.#close({kept: true, moveTo: made});
    });
    const world = await World.#openIn(folder, options);
    prepare(world);
    t.after(() => world.#close({kept: false}));
    return world;
  }

  /** A world around a workspace that stands in this folder, as `workspace`. The folder is removed at the end. */
  static async at(t: TestContext, folder: string, options: WorldOptions = {}): Promise<World> {
    const world = await World.#openIn(folder, options);
    t.after(() => world.#close({kept: false}));
    return world;
  }

  static async #openIn(folder: string, options: WorldOptions): Promise<World> {
    const behaviour = {...asRealCompanies, ...options.visma?.behaviour};
    const visma = await startVisma({size: smallBooks, nasty: true, ...options.visma, behaviour});
    const workspace = await openLocalWorkspace({
      folder: path.join(folder, 'workspace'),
      catalog: 'main',
      clock: options.clock ?? systemClock,
      random: systemRandom,
      ...(options.tls && {tls: options.tls}),
      ...(options.tokenLifeSeconds !== undefined && {tokenLifeSeconds: options.tokenLifeSeconds}),
      openEngine: options.openEngine ?? oneThread,
    });
    return new World({visma, workspace, folder}, options);
  }

  async #close({kept, moveTo}: {readonly kept: boolean; readonly moveTo?: string}): Promise<void> {
    await this.visma.close();
    await this.workspace.close({kept});
    if (moveTo !== undefined)
      await cp(path.join(this.folder, 'workspace'), moveTo, {recursive: true, preserveTimestamps: true});
    await rm(this.folder, {recursive: true, force: true});
  }

  private constructor(parts: Pick<World, 'visma' | 'workspace' | 'folder'>, options: WorldOptions) {
    this.visma = parts.visma;
    this.workspace = parts.workspace;
    this.folder = parts.folder;
    this.#options = options;
  }

  /** Runs a command as the command line would, in this process. */
  async run(command: Command, options: RunOptions = {}): Promise<Report> {
    const {
      signal = new AbortController().signal,
      listen = () => undefined,
      host,
      ledger,
      privacy,
      clock,
      ...rest
    } = options;
    const {environment = this.#options.environment ?? {}, ...request} = rest;
    const parts = {
      ...(host !== undefined && {host}),
      ...(ledger !== undefined && {ledger}),
      ...(privacy !== undefined && {privacy}),
    };
    const configPath = request.configPath ?? (await this.writeConfig(parts));
    return perform(
      {command, wait: false, acceptDeletions: false, offline: false, ...request, configPath},
      {events: listen, environment, signal, clock: clock ?? systemClock, random: systemRandom},
    );
  }

  /** Writes a configuration for this world; parts of it may be others. Gives its path. */
  async writeConfig(parts: ConfigParts = {}): Promise<string> {
    const {visma, workspace} = this;
    const config = {
      visma: {
        client_id: visma.clientId,
        client_secret: visma.clientSecret,
        token_url: visma.tokenUrl,
        api_url: visma.apiUrl,
        companies: visma.companies.map(({id, name, tenantId, currency}) => ({
          id: this.idOf(id),
          name,
          tenant_id: tenantId,
          currency,
        })),
        ...parts.visma,
      },
      databricks: {
        host: parts.host ?? workspace.host,
        client_id: workspace.clientId,
        client_secret: workspace.clientSecret,
        warehouse_id: workspace.warehouseId,
        ...parts.databricks,
      },
      sync: {...this.#options.sync, ...parts.sync},
      ledger: parts.ledger ?? this.#options.ledger ?? {},
      privacy: parts.privacy ?? this.#options.privacy ?? [],
      lineage: parts.lineage ?? this.#options.lineage ?? {external: false, tags: false},
    };
    const file = path.join(this.folder, `visma-${systemRandom.id()}.yml`);
    await writeFile(file, JSON.stringify(config, undefined, 1));
    return file;
  }

  idOf(company: string): string {
    return this.#options.companyIds?.[company] ?? company;
  }

  /** Reads the tables directly, beside every protocol. */
  query(sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
    return this.workspace.query(sql);
  }

  /** The tables are the simulator's records, row by row and cent by cent. */
  assertTruth(options: TruthOptions = {}): Promise<number> {
    return assertTruth(
      sql => this.query(sql),
      this.visma.companies.map(({id}) => booksOf(this.visma, id, this.idOf(id))),
      {
        privacy: this.#options.privacy ?? [],
        salt: this.#options.environment?.['VISMA_PRIVACY_SALT'],
        resources: this.#synced(),
        ...options,
      },
    );
  }

  /** What the configuration names, or the usual. */
  #synced(): readonly string[] {
    const words = [this.#options.sync?.['resources'] ?? 'default'].flat().flatMap(word => String(word).split(/[\s,]+/));
    return resources
      .filter(({name, groups}) => ['all', name, ...groups].some(word => words.includes(word)))
      .map(({name}) => name);
  }
}
