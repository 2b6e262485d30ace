import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import Table from 'cli-table3';
import {resources} from '../../../src/catalogue/catalogue.ts';
import {start, stopAll} from '../processes.ts';
import type {Place} from '../stage.ts';
import type {List, PeerPlace, Piped, Side} from './place.ts';

/*
 * The same lists with dlt, with the product, and with nothing but fetch and JSON.parse, from one simulator in a process
 * of its own that has written its pages before. Figures are ratios within one run.
 *   BENCH_LINES=300000 BENCH_INVOICES=50000 npm run bench:peers
 * PEERS_WORKERS gives dlt's normalizer more processes than one, its default.
 * Needs Python 3.10 or newer and the network of its package manager; PEERS_PYTHON names a Python that has dlt already.
 */
const journalLines = Number(process.env['BENCH_LINES'] ?? 20_000);
const invoices = Number(process.env['BENCH_INVOICES'] ?? 4000);

const lists: readonly List[] = ['journal_transaction', 'customer_invoice', 'supplier_invoice'].map(name => {
  const resource = resources.find(one => one.name === name);
  assert.ok(resource, name);
  const filter = resource.wantsFilter ? {lastModifiedDateTime: '1753-01-01T00:00:00.000'} : {};
  return {name, path: resource.endpoint, query: {...resource.query, ...filter}, key: resource.key};
});

/** What a side said of itself, and the calls that the simulator counted meanwhile, for tokens too. */
interface Counted<T> {
  readonly ended: T;
  readonly calls: number;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'visma-peers-'));
const run = promisify(execFile);
try {
  const python = process.env['PEERS_PYTHON'] ?? (await makePython());
  const scale = ['--size', 'scale', '--invoices', String(invoices), '--journal-lines', String(journalLines)];
  const visma = await start<Place['visma'] & {readonly controlUrl: string}>('test/sim/visma/serve.ts', scale);
  const workspace = await start<Place['workspace']>('test/local-process.ts', ['--folder', path.join(folder, 'w')]);
  const place: PeerPlace = {visma, workspace, folder, lists};
  const measure = (side: string): Promise<Side> =>
    start<Side>('test/bench/peers/side.ts', [side, JSON.stringify(place)]);
  // Once for nothing: the simulator writes its pages when they are first asked for. Then each counts its own calls.
  await measure('ceiling');
  const counted = async <T>(action: () => Promise<T>): Promise<Counted<T>> => {
    await fetch(visma.controlUrl, {method: 'POST', body: JSON.stringify({do: 'clearLog'})});
    const ended = await action();
    const answer = await fetch(`${visma.controlUrl}/counts`);
    const counts = Object.values((await answer.json()) as Record<string, number>);
    return {ended, calls: counts.reduce((sum, count) => sum + count, 0)};
  };
  const ceiling = await counted(() => measure('ceiling'));
  const landed = await counted(() => measure('land'));
  const committed = await counted(() => measure('commit'));
  const piped = await counted(() => pipe(python, place));
  report({ceiling, landed, committed, piped});
} finally {
  stopAll();
  await rm(folder, {recursive: true, force: true});
}

async function makePython(): Promise<string> {
  const home = path.join(folder, 'python');
  const executable = path.join(home, 'bin/python');
  await run('python3', ['-m', 'venv', home]);
  const requirements = path.join(import.meta.dirname, 'requirements.txt');
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  await run(executable, install);
  return executable;
}

function pipe(python: string, place: PeerPlace): Promise<Piped> {
  const script = path.join(import.meta.dirname, 'pipeline.py');
  const child = spawn(python, [script, JSON.stringify(place)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
    env: {...process.env, NORMALIZE__WORKERS: process.env['PEERS_WORKERS'] ?? '1'},
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    child.on('error', reject);
    child.on('close', code => {
      const last = said.trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve(JSON.parse(last) as Piped);
      else reject(new Error(`the pipeline ended with ${code}`));
    });
  });
}

interface Sides {
  readonly ceiling: Counted<Side>;
  readonly landed: Counted<Side>;
  readonly committed: Counted<Side>;
  readonly piped: Counted<Piped>;
}

/** Reading into Parquet files is what both do in the same way; what a table costs belongs to the engine behind. */
function report({ceiling, landed, committed, piped}: Sides): void {
  const table = new Table({
    head: ['side', 'seconds', 'to ceiling', 'CPU to ceiling', 'peak MB', 'calls'],
    style: {head: [], border: []},
  });
  const row = (side: string, {seconds, cpu, peakMb}: Omit<Side, 'records'>, calls: number): void => {
    const {ended} = ceiling;
    const ratios = [(seconds / ended.seconds).toFixed(2), Number.isNaN(cpu) ? '' : (cpu / ended.cpu).toFixed(2)];
    const peak = Number.isNaN(peakMb) ? '' : peakMb.toFixed(0);
    table.push([side, seconds.toFixed(1), ...ratios, peak, calls]);
  };
  const {extract, normalize, load, cpu, peakMb, lines} = piped.ended;
  const part = {cpu: Number.NaN, peakMb: Number.NaN};
  row('fetch and JSON.parse', ceiling.ended, ceiling.calls);
  row('land', landed.ended, landed.calls);
  row('commit (local workspace)', committed.ended, committed.calls);
  row('dlt extract and normalize', {seconds: extract + normalize, ...part}, piped.calls);
  row('dlt load (DuckDB)', {seconds: load, ...part}, 0);
  row('dlt, all of it', {seconds: extract + normalize + load, cpu, peakMb}, piped.calls);
  const {records} = landed.ended;
  process.stdout.write(
    `${journalLines} journal lines, ${invoices} invoices with lines, three companies; ${records} records\n` +
      `${table.toString()}\n` +
      `dlt to land, until the Parquet files are there: ${((extract + normalize) / landed.ended.seconds).toFixed(1)}\n` +
      `journal lines: ${committed.ended.lines} committed; dlt read ${lines.read}, holds ${lines.held}\n`,
  );
}
