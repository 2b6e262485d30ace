import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {DuckDBInstance} from '@duckdb/node-api';
import Table from 'cli-table3';
import {debitCents, linesPerBatch} from './journal-pages.ts';
import {start, stopAll} from './processes.ts';
import type {Place} from './stage.ts';

/*
 * The most memory that `land` of one company takes, by the length of its journal: `node test/bench/memory.bench.ts`,
 * with `--long` for three million lines as well. The built file lands them (`npm run build` first); the journal and
 * the workspace are processes of their own. Counts and sums of what was landed are read back from the Parquet parts.
 */
const builtFile = 'dist/visma-databricks.mjs';
const lengths = [100_000, 300_000, 1_000_000, ...(process.argv.includes('--long') ? [3_000_000] : [])];
/** Five thousand lines on one page of fifty megabytes. */
const widePage = {title: 'one page of 50 MB', lines: 5000, noteBytes: 9300};

interface Journal {
  readonly title: string;
  readonly lines: number;
  readonly noteBytes: number;
}

interface Peak {
  readonly mb: number;
  readonly cpuSeconds: number;
  readonly parquetMb: number;
}

/** Told by the process itself at its end; where it is no Linux, by the count that begins with what its parent had. */
const tell = `
  import {readFileSync, writeSync} from 'node:fs';
  process.on('exit', () => {
    let status = '';
    try { status = readFileSync('/proc/self/status', 'utf8'); } catch {}
    const {maxRSS, userCPUTime, systemCPUTime} = process.resourceUsage();
    const peakKb = Number(/^VmHWM:\\s+(\\d+)/m.exec(status)?.[1] ?? maxRSS);
    writeSync(1, '\\n' + JSON.stringify({peakKb, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6}) + '\\n');
  });`;

const journals: readonly Journal[] = [
  ...lengths.map(lines => ({title: `${lines.toLocaleString('en')} lines`, lines, noteBytes: 0})),
  widePage,
];
const peaks = new Map<Journal, Peak>();
try {
  for (const journal of journals) peaks.set(journal, await peakOf(journal));
  show();
} finally {
  stopAll();
}

async function peakOf(journal: Journal): Promise<Peak> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-bench-'));
  try {
    const {lines, noteBytes} = journal;
    const flags = ['--lines', String(lines), '--note-bytes', String(noteBytes)];
    const {url} = await start<{url: string}>('test/bench/journal-pages.ts', flags);
    const workspace = await start<Place['workspace']>('test/local-process.ts', ['--folder', path.join(folder, 'w')]);
    const config = path.join(folder, 'visma.yml');
    await writeFile(config, JSON.stringify(configOf(url, workspace)));
    const {peakKb, cpuSeconds} = await landed(config);
    const parquetMb = await proveLanded(path.join(folder, 'w'), lines);
    return {mb: peakKb / 1024, cpuSeconds, parquetMb};
  } finally {
    stopAll();
    await rm(folder, {recursive: true, force: true});
  }
}

function configOf(url: string, {host, clientId, clientSecret, warehouseId}: Place['workspace']): object {
  const company = {id: 'se', name: 'Memory AB', tenant_id: 'tenant', currency: 'SEK'};
  return {
    visma: {
      client_id: 'client',
      client_secret: 'secret-of-the-bench',
      token_url: `${url}/connect/token`,
      api_url: `${url}/api`,
      companies: [company],
    },
    databricks: {host, client_id: clientId, client_secret: clientSecret, warehouse_id: warehouseId},
    sync: {resources: ['journal_transaction']},
  };
}

function landed(config: string): Promise<{readonly peakKb: number; readonly cpuSeconds: number}> {
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, builtFile, 'land', '--config', config];
  const child = spawn(process.execPath, flags, {stdio: ['ignore', 'pipe', 'inherit']});
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    told = (told + chunk).slice(-20_000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve(JSON.parse(told.trim().split('\n').at(-1) ?? ''));
      else reject(new Error(`${builtFile} ended with ${code}: ${told}`));
    });
  });
}

/** Every line once, and the debits to the cent. Gives the megabytes of the parts. */
async function proveLanded(workspace: string, lines: number): Promise<number> {
  const parts = (table: string): string =>
    `'${workspace}/volumes/visma_staging/landing/journal_transaction/*/${table}-*.parquet'`;
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(
    `SELECT (SELECT count(DISTINCT record_id) FROM read_parquet(${parts('journal_transaction_line')})),
      (SELECT count(*) FROM read_parquet(${parts('journal_transaction')})),
      (SELECT sum(debit_amount::DECIMAL(38, 2)) * 100 FROM read_parquet(${parts('journal_transaction_line')}))::HUGEINT,
      (SELECT sum(total_compressed_size) FROM parquet_metadata(${parts('journal_transaction*')}))::BIGINT`,
  );
  connection.closeSync();
  const [held, batches, cents, bytes] = reader.getRows()[0] ?? [];
  assert.deepEqual([held, batches, cents], [BigInt(lines), BigInt(lines / linesPerBatch), debitCents(lines)]);
  return Number(bytes) / 1e6;
}

function show(): void {
  const table = new Table({
    head: ['land of one company', 'peak MB', 'to 300,000 lines', 'CPU seconds', 'Parquet MB'],
    style: {head: [], border: []},
  });
  const middle = [...peaks].find(([{lines}]) => lines === 300_000)?.[1];
  for (const [{title}, {mb, cpuSeconds, parquetMb}] of peaks) {
    table.push([
      title,
      mb.toFixed(0),
      (mb / (middle?.mb ?? mb)).toFixed(2),
      cpuSeconds.toFixed(1),
      parquetMb.toFixed(1),
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
