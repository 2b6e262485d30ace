import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';

/*
 * From the start of the process to its first request, of the built file: `npm run build` first. Once as it is, and once
 * as the bundle runs it, with what it compiled before kept (`init.sh` sees to the first time). Node by itself is timed
 * beside them, for it is the floor.
 */
const runs = 9;
const builtFile = 'dist/visma-databricks.mjs';

const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-bench-'));
try {
  const fresh: number[] = [];
  const kept: number[] = [];
  const bare: number[] = [];
  const configPath = path.join(folder, 'visma.yml');
  const keeping = {...process.env, NODE_COMPILE_CACHE: path.join(folder, 'compiled')};
  await untilItEnds(
    [builtFile, 'check', '--offline', '--config', await writeConfig(configPath, 'http://127.0.0.1:9')],
    keeping,
  );
  for (let run = 0; run < runs; run++) {
    fresh.push(await untilFirstRequest(configPath, process.env));
    kept.push(await untilFirstRequest(configPath, keeping));
    bare.push(await untilItEnds(['-e', '0'], process.env));
  }
  process.stdout.write(
    `${builtFile}, to the first request: ${told(fresh)}; as the bundle runs it: ${told(kept)}; ` +
      `node by itself: ${told(bare)}\n`,
  );
} finally {
  await rm(folder, {recursive: true, force: true});
}

function told(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (place: number): string => ((sorted[place] ?? Number.NaN) / 1000).toFixed(2);
  return `${at(sorted.length >> 1)} s (${at(0)} to ${at(sorted.length - 1)})`;
}

/** Milliseconds until a server is asked for the first time, whatever for; the process is ended then. */
async function untilFirstRequest(configPath: string, env: NodeJS.ProcessEnv): Promise<number> {
  const server = createServer((_request, response) => void response.writeHead(503).end());
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeConfig(configPath, url);
  const asked = new Promise<void>(resolve => {
    server.once('request', () => resolve());
  });
  const begunMs = performance.now();
  const child = spawn(process.execPath, [builtFile, 'land', '--config', configPath], {env, stdio: 'ignore'});
  const ended = new Promise<void>((_resolve, reject) => {
    child.once('exit', code => reject(new Error(`${builtFile} ended with ${code} before it asked for anything`)));
  });
  await Promise.race([asked, ended]).finally(() => {
    child.removeAllListeners('exit');
    child.kill();
    server.closeAllConnections();
    server.close();
  });
  return performance.now() - begunMs;
}

async function writeConfig(configPath: string, url: string): Promise<string> {
  const company = {id: 'se', name: 'Start AB', tenant_id: 'tenant', currency: 'SEK'};
  const secrets = {client_id: 'client', client_secret: 'secret-of-the-bench'};
  const config = {
    visma: {...secrets, token_url: `${url}/connect/token`, api_url: `${url}/api`, companies: [company]},
    databricks: {...secrets, host: url, warehouse_id: 'warehouse'},
  };
  await writeFile(configPath, JSON.stringify(config));
  return configPath;
}

/** Milliseconds. */
function untilItEnds(flags: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const begunMs = performance.now();
  return new Promise((resolve, reject) => {
    spawn(process.execPath, flags, {env, stdio: 'ignore'})
      .once('error', reject)
      .once('exit', () => resolve(performance.now() - begunMs));
  });
}
