import type {Ledger} from '../model/ledger.ts';
import {attempt, type Sending} from './sending.ts';
import type {Ground} from './sql/mapped.ts';
import {newestVersion} from './sql/newest-version.ts';
import {recordBalances, recordCloses, recordVersion} from './sql/period-close.ts';

interface Doors {
  readonly send: Sending;
  readonly ground: Ground;
}

/**
 * The balances go first: a period counts as closed once they are there. The ledger's version goes last, where there is
 * one: the time tells it as well.
 */
export async function close(
  {lease, runId, companies}: Parameters<Ledger['close']>[0],
  {send, ground}: Doors,
  signal?: AbortSignal,
): Promise<void> {
  if (companies.length === 0) return;
  const held = {owner: lease.owner, fence: BigInt(lease.fence)};
  const own = {label: 'close', tags: {run: runId}};
  await send({...own, sql: recordBalances(ground, companies), parameters: held}, signal);
  const [counts] = await send(
    {...own, sql: recordCloses(ground, companies), parameters: {...held, run_id: runId}},
    signal,
  );
  if (Number(counts?.['num_affected_rows'] ?? 0) === 0) return;
  await attempt(async () => {
    const [newest] = await send({...own, sql: newestVersion(ground)}, signal);
    const version = newest?.['version'];
    if (version === undefined || version === null) return;
    const parameters = {...held, run_id: runId, version: BigInt(String(version))};
    await send({...own, sql: recordVersion(ground), parameters}, signal);
  });
}
