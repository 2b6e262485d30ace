import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import {inspect} from 'node:util';
import {SyncError} from '../../src/base/errors.ts';
import type {Random} from '../../src/base/random.ts';
import {Secret} from '../../src/base/secret.ts';
import {openWorkspace, type Workspace, type WorkspaceOptions} from '../../src/databricks/databricks.ts';
import type {Event} from '../../src/model/events.ts';
import {FakeClock} from '../fake-clock.ts';
import {WorkspaceServer} from './workspace-server.ts';

export interface Opened {
  readonly server: WorkspaceServer;
  readonly workspace: Workspace;
  readonly clock: FakeClock;
  readonly events: Event[];
}

export const steadyRandom: Random = {id: () => 'a1b2c3', fraction: () => 0.5};

/** A server and a workspace that is open on it, both closed when the test is over. */
export async function openOn(test: TestContext, options: Partial<WorkspaceOptions> = {}): Promise<Opened> {
  const clock = new FakeClock();
  const server = await WorkspaceServer.listen({clock});
  const events: Event[] = [];
  const workspace = openWorkspace({
    host: server.origin,
    clientId: 'robot',
    clientSecret: new Secret('right'),
    warehouseId: 'w1',
    environment: {},
    statementTimeoutSeconds: 600,
    requestTimeoutMs: 5_000,
    clock,
    random: steadyRandom,
    events: event => events.push(event),
    userAgent: 'visma-databricks/0.1.0',
    ...options,
  });
  test.after(async () => {
    await workspace.close();
    await server.close();
  });
  return {server, workspace, clock, events};
}

/** What a piece of work failed with, which must be a SyncError. */
export async function failureOf(work: Promise<unknown>): Promise<SyncError> {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    thrown => thrown,
  );
  assert.ok(error instanceof SyncError, inspect(error));
  return error;
}
