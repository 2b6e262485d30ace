import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../..');

/** The program as it is shipped, and what Node has made of it. */
export interface Product {
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
}

let built: Promise<Product> | undefined;

/**
 * The sources in one file, built once in this process: hundreds of processes begin with it. A process that is killed
 * never writes Node's compile cache, so that one which comes to its end does so beforehand.
 */
export const builtProduct = (): Promise<Product> => (built ??= build());

async function build(): Promise<Product> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'visma-death-product-'));
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
  const main = path.join(folder, 'visma-databricks.mjs');
  await run(process.execPath, ['esbuild.config.mjs', main], {cwd: root});
  const {PATH = ''} = process.env;
  const environment = {PATH, NODE_COMPILE_CACHE: path.join(folder, 'compiled')};
  await run(process.execPath, [main, '--version'], {env: environment});
  return {main, environment};
}
