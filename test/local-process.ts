import {parseArgs} from 'node:util';
import {systemClock} from '../src/base/clock.ts';
import {systemRandom} from '../src/base/random.ts';
import {openLocalWorkspace} from '../src/local/local.ts';

/**
 * A local workspace as a process of its own, so that it can be killed: prints one JSON line with its addresses and
 * credentials once it answers, and closes on SIGTERM.
 *   node test/local-process.ts --folder F [--catalog main] [--port 0] [--client-id I --client-secret S]
 *     [--token-life-seconds 3600]
 */
const {values} = parseArgs({
  options: {
    folder: {type: 'string'},
    catalog: {type: 'string', default: 'main'},
    port: {type: 'string', default: '0'},
    'client-id': {type: 'string'},
    'client-secret': {type: 'string'},
    'token-life-seconds': {type: 'string', default: '3600'},
  },
});
const {folder, catalog, 'client-id': clientId, 'client-secret': clientSecret} = values;
if (folder === undefined) throw new TypeError('--folder is missing');

const workspace = await openLocalWorkspace({
  folder,
  catalog,
  clock: systemClock,
  random: systemRandom,
  port: Number(values.port),
  tokenLifeSeconds: Number(values['token-life-seconds']),
  ...(clientId !== undefined && clientSecret !== undefined && {accept: {clientId, clientSecret}}),
});
const {host, httpPath, warehouseId, databaseFile} = workspace;
const credentials = {clientId: workspace.clientId, clientSecret: workspace.clientSecret};
process.stdout.write(`${JSON.stringify({host, httpPath, warehouseId, databaseFile, ...credentials})}\n`);
process.once('SIGTERM', () => void workspace.close());
