import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';

const main = path.join(import.meta.dirname, '../../src/main.ts');

/** A configuration whose Visma.net is at an address of this machine. */
const configOf = (address: string): string => `
visma:
  client_id: me
  client_secret: hush-hush
  token_url: ${address}/connect/token
  api_url: ${address}
  companies: [{id: se, tenant_id: t-se, currency: SEK}]
`;

/** Runs the program against a Visma.net that takes every request and answers none. */
async function against(act: (program: ReturnType<typeof spawn>, asked: Promise<unknown>) => Promise<void>) {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const folder = mkdtempSync(path.join(tmpdir(), 'visma-process-'));
  const config = path.join(folder, 'visma.yml');
  writeFileSync(config, configOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const program = spawn(process.execPath, [
    main,
    'land',
    '--config',
    config,
    '--local',
    path.join(folder, 'workspace'),
    '--json',
  ]);
  try {
    await act(program, once(server, 'request'));
  } finally {
    program.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    rmSync(folder, {recursive: true});
  }
}

const exitOf = async (program: ReturnType<typeof spawn>): Promise<readonly unknown[]> => await once(program, 'exit');

test('a run that is told to stop while it waits for an answer ends with 1 and its report', async () => {
  await against(async (program, asked) => {
    let out = '';
    program.stdout?.on('data', chunk => (out += chunk));
    await asked;
    program.kill('SIGTERM');
    assert.deepEqual(await exitOf(program), [1, null]);
    const {exitCode, problems} = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    assert.equal(exitCode, 1);
    assert.match(JSON.stringify(problems), /"kind":"cancelled"/);
  });
});

test('a run whose reader leaves ends by itself and without a word', async () => {
  await against(async program => {
    let said = '';
    program.stderr?.on('data', chunk => (said += chunk));
    program.stdout?.destroy();
    assert.deepEqual(await exitOf(program), [1, null]);
    assert.equal(said, '');
  });
});
