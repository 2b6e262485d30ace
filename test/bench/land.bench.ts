import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import {measure, start, stopAll} from './processes.ts';
import type {Measured, Place} from './stage.ts';

/*
 * What landing costs as a multiple of the ceiling of any JavaScript reader: fetch and JSON.parse of the same pages.
 * Each stage is a process of its own, so that its time and its memory are its own; the simulator and the workspace
 * are processes too. Figures are ratios within one run.
 */
const invoices = Number(process.env['BENCH_INVOICES'] ?? 50_000);
const journalLines = Number(process.env['BENCH_LINES'] ?? 300_000);
const stages = ['ceiling', 'read', 'rows', 'parquet', 'land'] as const;

const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-bench-'));
try {
  const scale = ['--size', 'scale', '--invoices', String(invoices), '--journal-lines', String(journalLines)];
  const visma = await start<Place['visma']>('test/sim/visma/serve.ts', scale);
  const workspace = await start<Place['workspace']>('test/local-process.ts', ['--folder', path.join(folder, 'w')]);
  const place: Place = {visma, workspace, folder};
  // Once for nothing: the simulator writes its pages when they are first asked for.
  await measure('ceiling', place);
  const measured: Measured[] = [];
  for (const stage of stages) measured.push(await measure(stage, place));
  const commit = await measure('commit', place);
  const quiet = await measure('sync', place);
  report([...measured, commit, quiet]);
} finally {
  stopAll();
  await rm(folder, {recursive: true, force: true});
}

function report(measured: readonly Measured[]): void {
  const ceiling = measured[0];
  if (!ceiling) return;
  const table = new Table({
    head: ['stage', 'seconds', 'to ceiling', 'CPU to ceiling', 'peak MB', 'calls', 'uploads', 'statements', 'records'],
    style: {head: [], border: []},
  });
  for (const {stage, ms, cpuMs, peakMb, calls, uploads, statements, records} of measured) {
    table.push([
      stage,
      (ms / 1000).toFixed(1),
      (ms / ceiling.ms).toFixed(2),
      (cpuMs / ceiling.cpuMs).toFixed(2),
      peakMb.toFixed(0),
      calls,
      uploads,
      statements,
      records,
    ]);
  }
  process.stdout.write(
    `${invoices} invoices with lines, ${journalLines} journal lines, three companies\n${table.toString()}\n`,
  );
  for (const {stage, byName} of measured) {
    const named = Object.entries(byName).map(([name, count]) => `${name} ${count}`);
    if (named.length > 0) process.stdout.write(`${stage}: ${named.join(' · ')}\n`);
  }
}
