import {type ChildProcess, spawn} from 'node:child_process';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parse} from 'yaml';
import type {LocalWorkspace} from '../../src/local/local.ts';
import type {VismaSim} from '../sim/visma/visma.ts';
import {listAt, resources, root, type Section, tasksOf, textAt, uploaded} from './declarations.ts';
import {clusterEnvironment, type Deployment} from './deployment.ts';

/** How a process of the cluster ended. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams together, as a person sees them. */
  readonly output: string;
  readonly ms: number;
}

export interface TaskRan extends Ran {
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ClusterOptions {
  readonly visma: VismaSim;
  readonly workspace: LocalWorkspace;
  /** A Python with databricks-sdk. */
  readonly python: string;
}

type Variables = Readonly<Record<string, string>>;

export interface TaskOptions {
  /** The job's first one that runs the launcher, unless named. */
  readonly task?: string;
  readonly parameters?: Variables;
  /** How the task before it ended. */
  readonly landed?: string;
  /** What the task's environment has beside, or instead of, what the bundle gives it. */
  readonly environment?: Variables;
  /** Words for the launcher after those of the job. */
  readonly words?: readonly string[];
  readonly onOutput?: OnOutput;
}

/** What every process of a cluster has, whatever the bundle says. */
const usual: Variables = {PATH: '/usr/local/bin:/usr/bin:/bin', DB_IS_DRIVER: 'TRUE', DB_CLUSTER_ID: '1126-000000-x'};

/** The single node of a job: the uploaded files, the environment that the bundle gives it, and nothing else. */
export class Cluster {
  readonly folder: string;
  readonly files: string;
  readonly #options: ClusterOptions;

  static async make(options: ClusterOptions): Promise<Cluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'visma-cluster-'));
    const cluster = new Cluster(folder, options);
    for (const file of uploaded()) await cp(path.join(root, file), path.join(cluster.files, file));
    await cluster.#pointAt(options.visma);
    return cluster;
  }

  private constructor(folder: string, options: ClusterOptions) {
    this.folder = folder;
    this.files = path.join(folder, 'Workspace/files');
    this.#options = options;
  }

  remove(): Promise<void> {
    return rm(this.folder, {recursive: true, force: true});
  }

  /** The shipped configuration as a user would fill it in: other companies, another Visma.net; the rest as it is. */
  async #pointAt({apiUrl, tokenUrl, companies}: VismaSim): Promise<void> {
    const file = path.join(this.files, 'bundle/visma.yml');
    const config = parse(await readFile(file, 'utf8')) as {visma: object};
    const visma = {
      ...config.visma,
      api_url: apiUrl,
      token_url: tokenUrl,
      companies: companies.map(({id, name, tenantId, currency}) => ({id, name, tenant_id: tenantId, currency})),
    };
    await writeFile(file, JSON.stringify({...config, visma}, undefined, 1));
  }

  get environment(): Variables {
    const {visma, workspace} = this.#options;
    const deployment: Deployment = {
      target: 'dev',
      filePath: this.files,
      schemaPrefix: 'dev_me_',
      warehouseId: workspace.warehouseId,
      secrets: {'visma-dev/visma-client-secret': visma.clientSecret},
      variables: {visma_client_id: visma.clientId},
    };
    return {...usual, ...clusterEnvironment(deployment), NODE_HOME: path.join(this.folder, 'opt/visma-node')};
  }

  /** Runs the init script as the start of a cluster does: no environment but the one that it is given. */
  init(environment: Readonly<Record<string, string | undefined>> = {}): Promise<Ran> {
    const given = Object.entries({...this.environment, ...environment}).filter(([, value]) => value !== undefined);
    const env = Object.fromEntries(given) as Variables;
    return execute('bash', [path.join(this.files, 'bundle/init.sh')], {env});
  }

  /** The program by itself, in the environment and with the Node of a task. */
  program(argv: readonly string[], onOutput?: OnOutput): Promise<Ran> {
    const {NODE_HOME: home = ''} = this.environment;
    const env = {...this.environment, NODE_COMPILE_CACHE: path.join(home, 'compiled')};
    const words = ['--min-semi-space-size=16', path.join(this.files, 'dist/visma-databricks.mjs'), ...argv];
    return execute(path.join(home, 'bin/node'), words, {env, ...(onOutput && {onOutput})});
  }

  /** Runs a task of a job, one inside a loop too. */
  async run(job: string, options: TaskOptions = {}): Promise<TaskRan> {
    const {environment = {}, words = [], onOutput} = options;
    const values = path.join(this.folder, `values-${crypto.randomUUID()}.jsonl`);
    const script = path.join(this.files, 'bundle/launch.py');
    const argv = [script, ...this.#argumentsOf(job, options), ...words];
    const env = {...this.environment, ...this.#runtime(values), ...environment};
    const ran = await execute(this.#options.python, argv, {env, ...(onOutput && {onOutput})});
    return {...ran, values: await taskValuesIn(values)};
  }

  #argumentsOf(key: string, {task: wanted, parameters: given = {}, landed = ''}: TaskOptions): readonly string[] {
    const job = resources.find(resource => resource.key === key);
    const launching = job ? tasksOf(job).filter(one => one['spark_python_task'] !== undefined) : [];
    const task = launching.find(one => wanted === undefined || one['task_key'] === wanted);
    if (!job || !task) throw new Error(`no such job or task: ${key}`);
    const declared = listAt(job.body, 'parameters').map(one => [textAt(one, 'name'), textAt(one, 'default')] as const);
    const parameters: Section = {...Object.fromEntries(declared), ...given};
    const known: Section = {
      'job.run_id': '4711',
      'workspace.url': this.#options.workspace.host,
      'tasks.land.result_state': landed,
      input: given['input'],
    };
    return listAt(task, 'spark_python_task', 'parameters').map(word =>
      String(word).replaceAll(/\{\{([^}]+)\}\}/g, (whole, name: string) => {
        const value = name.startsWith('job.parameters.') ? parameters[name.slice(15)] : known[name];
        return value === undefined ? whole : String(value);
      }),
    );
  }

  /** What a Databricks Runtime has, so that databricks-sdk finds who runs the job. */
  #runtime(values: string): Variables {
    const {host, clientId, clientSecret} = this.#options.workspace;
    return {
      DATABRICKS_RUNTIME_VERSION: '17.3',
      PYTHONPATH: path.join(import.meta.dirname, 'runtime'),
      PYTHONDONTWRITEBYTECODE: '1',
      STAND_IN_HOST: host,
      STAND_IN_CLIENT_ID: clientId,
      STAND_IN_CLIENT_SECRET: clientSecret,
      STAND_IN_TASK_VALUES: values,
    };
  }
}

/** What a task left in the file of its stand-in. */
export async function taskValuesIn(file: string): Promise<Readonly<Record<string, unknown>>> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const entries = lines.map(line => JSON.parse(line) as {key: string; value: unknown});
  return Object.fromEntries(entries.map(({key, value}) => [key, value]));
}

export type OnOutput = (text: string, child: ChildProcess) => void;

export function execute(
  command: string,
  argv: readonly string[],
  {env, onOutput}: {env: Variables; onOutput?: OnOutput},
): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(command, argv, {env, stdio: ['ignore', 'pipe', 'pipe']});
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput?.(output, child);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({code, signal, output, ms: performance.now() - startedAt}));
  });
}
