import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {type Command, perform, type Request} from '../../src/app/app.ts';
import {type Clock, systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import type {Event} from '../../src/model/events.ts';
import type {Report} from '../../src/model/report.ts';
import {booksOf} from '../flows/books.ts';
import {assertTruth, type TruthOptions} from '../flows/truth.ts';
import type {VismaSim} from '../sim/visma/visma.ts';
import {Gate} from './gate.ts';
import type {Product} from './product.ts';

/** The workspace's credentials: fixed, so that a copy of its folder is the same workspace. */
const accept = {clientId: 'death-client', clientSecret: 'simulated-workspace-secret'} as const;

export interface SiteOptions {
  readonly visma: VismaSim;
  /** The folder of another workspace, which is copied; an empty one where absent. */
  readonly from?: string;
  readonly resources: readonly string[];
  /** Further keys of the config's `sync` section. */
  readonly sync?: Readonly<Record<string, unknown>>;
}

export interface Ran {
  readonly report: Report;
  readonly events: readonly Event[];
}

/** A workspace of its own, what stands between it and the product, and runs of the product. */
export class Site {
  readonly visma: VismaSim;
  readonly workspace: LocalWorkspace;
  readonly gate: Gate;
  readonly folder: string;
  readonly resources: readonly string[];
  readonly #clock: MovableClock;
  readonly #configPath: string;

  static async open(options: SiteOptions): Promise<Site> {
    const {visma, from} = options;
    const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-death-'));
    const own = path.join(folder, 'workspace');
    if (from !== undefined) await cp(from, own, {recursive: true, preserveTimestamps: true});
    const clock = new MovableClock();
    const workspace = await openLocalWorkspace({folder: own, catalog: 'main', clock, random: systemRandom, accept});
    const gate = await Gate.open({visma: visma.apiUrl, workspace: workspace.host});
    const configPath = path.join(folder, 'visma.yml');
    await writeFile(configPath, configOf({gate, workspace}, options));
    return new Site({visma, workspace, gate, folder, clock, configPath, resources: options.resources});
  }

  private constructor(
    parts: Pick<Site, 'visma' | 'workspace' | 'gate' | 'folder' | 'resources'> & {
      readonly clock: MovableClock;
      readonly configPath: string;
    },
  ) {
    this.visma = parts.visma;
    this.workspace = parts.workspace;
    this.gate = parts.gate;
    this.folder = parts.folder;
    this.resources = parts.resources;
    this.#clock = parts.clock;
    this.#configPath = parts.configPath;
  }

  /** Runs a command in this process, its waits cut short. */
  async run(command: Command, options: Partial<Request> = {}): Promise<Ran> {
    const events: Event[] = [];
    const report = await perform(
      {command, wait: false, acceptDeletions: false, offline: false, ...options, configPath: this.#configPath},
      {
        events: event => events.push(event),
        environment: {},
        signal: new AbortController().signal,
        clock: impatientClock,
        random: systemRandom,
      },
    );
    return {report, events};
  }

  /** Begins a command as a process of its own, which can be killed. */
  begin(command: Command, product: Product): Mortal {
    return new Mortal(product, [command, '--config', this.#configPath, '--json']);
  }

  /** Moves the workspace's clock, as waiting would. */
  advance(ms: number): void {
    this.#clock.aheadMs += ms;
  }

  now(): Date {
    return this.#clock.now();
  }

  query(sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
    return this.workspace.query(sql);
  }

  assertTruth(options: TruthOptions = {}): Promise<number> {
    const books = this.visma.companies.map(({id}) => booksOf(this.visma, id));
    return assertTruth(sql => this.query(sql), books, {resources: this.resources, ...options});
  }

  /** Closes it and leaves the workspace's folder behind; gives its path. */
  async leave(): Promise<string> {
    await this.#shut({kept: true});
    return path.join(this.folder, 'workspace');
  }

  async close(): Promise<void> {
    await this.#shut({kept: false});
    await rm(this.folder, {recursive: true, force: true});
  }

  async #shut(closing: {readonly kept: boolean}): Promise<void> {
    await this.gate.close();
    await this.workspace.close(closing);
  }
}

/** A run in a process of its own. */
export class Mortal {
  readonly ended: Promise<{readonly code: number | null; readonly signal: NodeJS.Signals | null}>;
  readonly #process: ReturnType<typeof spawn>;
  #said = '';

  constructor({main, environment}: Product, argv: readonly string[]) {
    this.#process = spawn(process.execPath, [main, ...argv], {
      env: {...environment},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.on('data', chunk => (this.#said += chunk));
    this.#process.stderr?.on('data', chunk => (this.#said += chunk));
    this.ended = once(this.#process, 'close').then(([code, signal]) => ({code, signal}));
  }

  /** Ends it at once: nothing that it would still say or do happens. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** What it wrote, for who has to find out what went wrong. */
  get said(): string {
    return this.#said;
  }
}

/** The machine's clock, moved on. */
class MovableClock implements Clock {
  aheadMs = 0;
  now = (): Date => new Date(Date.now() + this.aheadMs);
  monotonicMs = (): number => systemClock.monotonicMs() + this.aheadMs;
  sleep = systemClock.sleep;
}

/** The one deadline that runs by this clock: for giving the lease back. */
const deadlineMs = 3000;

/** Waits between attempts are cut short; the deadline is not. */
const impatientClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === deadlineMs ? ms : Math.min(ms, 10), signal),
};

function configOf(
  {gate, workspace}: {readonly gate: Gate; readonly workspace: LocalWorkspace},
  {visma, resources, sync}: SiteOptions,
): string {
  const config = {
    visma: {
      client_id: visma.clientId,
      client_secret: visma.clientSecret,
      token_url: `${gate.visma.host}/connect/token`,
      api_url: gate.visma.host,
      companies: visma.companies.map(({id, name, tenantId, currency}) => ({id, name, tenant_id: tenantId, currency})),
    },
    databricks: {
      host: gate.workspace.host,
      client_id: workspace.clientId,
      client_secret: workspace.clientSecret,
      warehouse_id: workspace.warehouseId,
    },
    sync: {resources, companies_at_once: 1, ...sync},
  };
  return JSON.stringify(config, undefined, 1);
}
