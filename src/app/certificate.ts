import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {asSyncError, SyncError} from '../base/errors.ts';
import {isJsonObject, parseExactJson} from '../base/exact-json.ts';
import {certificatePage, integrityOf, type Recorded} from '../certificate/certificate.ts';
import type {FoundCertificate} from '../model/certificate.ts';
import {runId} from '../model/names.ts';
import type {RunEnd} from '../sync/sync.ts';
import type {Opened} from './opened.ts';
import type {Request} from './request.ts';

/** As runs are named: what is no such name is no path either. */
const runForm = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Renders the certificate of a run, or of the last run that changed something before it, into a file of this machine;
 * holds its digest against the one in control.run. A certificate that was altered is rendered all the same, and said.
 */
export async function certificate(
  {run, output}: Pick<Request, 'run' | 'output'>,
  {doors, certificates}: Opened,
  signal?: AbortSignal,
): Promise<RunEnd> {
  if (run !== undefined && !runForm.test(run)) throw new SyncError('usage', 'a run is named as in control.run');
  const found = await certificates.find(run, signal);
  if (!found) throw absent(run);
  const own = found.certificate.run;
  if (run !== undefined && own !== run && !found.misnamed) {
    const message = `${run} left no certificate, for it changed nothing or is not known: this is that of ${own}`;
    doors.events({event: 'note', message});
  }
  const recorded = await recordedOf({own, upTo: run}, doors, signal);
  const file = path.resolve(output ?? `certificate-${own}.html`);
  await written(file, certificatePage(found, recorded));
  const {holds, words} = integrityOf(found, recorded);
  const details = [{run: own, outcome: found.certificate.outcome, integrity: words, file}];
  return {errors: holds ? [] : [altered(found, words)], commitErrors: [], anythingDone: true, details};
}

async function recordedOf(
  {own, upTo}: {readonly own: string; readonly upTo: string | undefined},
  {warehouse}: Opened['doors'],
  signal?: AbortSignal,
): Promise<Recorded> {
  let text: string | undefined;
  let last: string | undefined;
  try {
    text = await warehouse.readReport(runId(own), signal);
    last = await warehouse.lastCertified(upTo === undefined ? undefined : runId(upTo), signal);
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return 'unknown';
  }
  const report = text === undefined ? null : parseExactJson(text);
  const mark = isJsonObject(report) ? report['certificate'] : undefined;
  const sha256 = isJsonObject(mark) ? mark['sha256'] : undefined;
  if (typeof sha256 !== 'string') return 'none';
  return {sha256, ...(last !== undefined && last > own && {newer: last})};
}

async function written(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (thrown) {
    throw new SyncError('usage', `the page can't be written to ${file}`, {
      hint: 'Name a file in a folder that is there, with --output.',
      cause: asSyncError(thrown),
    });
  }
}

const absent = (run: string | undefined): SyncError =>
  new SyncError('absent', run === undefined ? 'no run has left a certificate yet' : `no certificate of ${run}`, {
    hint: 'The first sync that changes something leaves one.',
  });

const altered = ({path: where}: FoundCertificate, words: string): SyncError =>
  new SyncError('data', words, {
    hint: 'Look at who may write into the volume. If the run did not reach control.run, the next sync writes there.',
    facts: {path: where},
  });
