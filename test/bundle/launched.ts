import {mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {execute, type OnOutput, type TaskRan, taskValuesIn} from './cluster.ts';
import {root} from './declarations.ts';

export interface LaunchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly onOutput?: OnOutput;
}

/** The launcher over a program of a few lines, with client credentials, so that it needs no package. */
export class Launched {
  readonly folder: string;
  #runs = 0;

  static async in(folder: string): Promise<Launched> {
    await mkdir(path.join(folder, 'dist'));
    await mkdir(path.join(folder, 'node/bin'), {recursive: true});
    await symlink(process.execPath, path.join(folder, 'node/bin/node'));
    // The stand-in for the runtime takes task values from here; databricks-sdk would hand them on.
    await mkdir(path.join(folder, 'packages/databricks/sdk'), {recursive: true});
    await writeFile(
      path.join(folder, 'packages/databricks/sdk/runtime.py'),
      'from dbruntime import DbUtils\n\ndbutils = DbUtils()\n',
    );
    return new Launched(folder);
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  async run(
    program: string,
    argv: readonly string[],
    {environment = {}, onOutput}: LaunchOptions = {},
  ): Promise<TaskRan & {readonly runs: number}> {
    const place = path.join(this.folder, String(this.#runs++));
    await writeFile(path.join(this.folder, 'dist/visma-databricks.mjs'), program);
    const env = {
      PATH: process.env['PATH'] ?? '',
      VISMA_BUNDLE: this.folder,
      NODE_HOME: path.join(this.folder, 'node'),
      DATABRICKS_HOST: 'https://workspace.example',
      DATABRICKS_CLIENT_ID: 'app',
      DATABRICKS_CLIENT_SECRET: 'of no use here',
      DATABRICKS_RUNTIME_VERSION: '17.3',
      PYTHONPATH: [path.join(import.meta.dirname, 'runtime'), path.join(this.folder, 'packages')].join(path.delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      STAND_IN_TASK_VALUES: `${place}.values`,
      COUNT: `${place}.count`,
      ...environment,
    };
    const launcher = path.join(root, 'bundle/launch.py');
    const ran = await execute('python3', [launcher, ...argv], {env, ...(onOutput && {onOutput})});
    const runs = (await readFile(`${place}.count`, 'utf8').catch(() => '')).length;
    return {...ran, runs, values: await taskValuesIn(`${place}.values`)};
  }
}
