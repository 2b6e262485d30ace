/**
 * Tries each kind of connection of a workspace by itself and prints what came of it, as one line of JSON. A process
 * of its own, because Node reads NODE_EXTRA_CA_CERTS only when it starts.
 */
import {asSyncError, type SyncError} from '../../src/base/errors.ts';
import {openWorkspace} from '../../src/databricks/databricks.ts';
import {FakeClock} from '../fake-clock.ts';

const [host = '', token = ''] = process.argv.slice(2);

const proxies = Object.entries(process.env).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name));

const open = (environment: Record<string, string>, credentials: object) =>
  openWorkspace({
    host,
    ...credentials,
    warehouseId: 'w1',
    environment: {...Object.fromEntries(proxies), ...environment},
    statementTimeoutSeconds: 60,
    requestTimeoutMs: 5_000,
    clock: new FakeClock(),
    random: {id: () => 'a1', fraction: () => 0},
    events: () => undefined,
    userAgent: 'visma-databricks/0.1.0',
  });

const byToken = open({DATABRICKS_TOKEN: token}, {});
const byClient = open({}, {clientId: 'robot', clientSecret: 'right'});
const path = '/Volumes/main/s/v/a';
const attempts = {
  files: () => byToken.files.size(path),
  rest: () => byToken.rest.request({method: 'GET', path: '/api/2.0/x'}),
  controlPlane: () => byToken.prerequisites.checkIdentity(),
  statements: () => byToken.statements.run({sql: 'SELECT 1', label: 'try'}),
  tokens: () => byClient.files.size(path),
};

/** A failure by its kind, with what is said of a proxy. */
const outcomeOf = ({kind, message, facts}: SyncError): string =>
  facts['proxy'] === undefined ? kind : `${kind}: ${/the proxy .*/.exec(message)?.[0]}`;

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  outcomes[name] = await attempt().then(
    () => 'done',
    thrown => outcomeOf(asSyncError(thrown)),
  );
}
await byToken.close();
await byClient.close();
console.log(JSON.stringify(outcomes));
