import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

test('as a process of its own it says in one line where it is, and stops when told to', async () => {
  const script = fileURLToPath(new URL('serve.ts', import.meta.url));
  const flags = ['--companies', 'no,dk', '--size', 'scale', '--invoices', '40', '--journal-lines', '200'];
  const child = spawn(process.execPath, [script, ...flags], {stdio: ['ignore', 'pipe', 'inherit']});
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const told = JSON.parse(line);
  assert.deepEqual(
    told.companies.map(({id}: {id: string}) => id),
    ['no', 'dk'],
  );
  const answer = await fetch(`${told.controlUrl}/truth?company=no`);
  const truth = JSON.parse(await answer.text());
  assert.equal(truth.supplierInvoice.length + truth.customerinvoice.length, 20);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
