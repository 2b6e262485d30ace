import {hash} from 'node:crypto';
import {SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, parseExactJson} from '../base/exact-json.ts';
import type {CertificateFiles, FoundCertificate} from '../model/certificate.ts';
import type {FileEntry, Files} from '../model/ports.ts';
import {certificateForm} from './form.ts';

export interface CertificateOptions {
  readonly files: Files;
  /** The folder of the certificates: `…/landing/run-state/certificates`. */
  readonly folder: string;
}

/** The version of the file that this program writes, and the newest that it reads. */
const version = 1;
const ending = '.json';

/** One file for each run, `<run id>.json`: its version, the digest of its content, and the content. */
export function openCertificates({files, folder}: CertificateOptions): CertificateFiles {
  const pathOf = (run: string): string => `${folder}/${run}${ending}`;

  return {
    async put(certificate, signal) {
      const path = pathOf(certificate.run);
      const sha256 = digestOf(certificate);
      const text = JSON.stringify({version, sha256, content: certificate}, undefined, 1);
      const bytes = new TextEncoder().encode(`${text}\n`);
      await files.put(path, bytes, signal);
      const found = await files.size(path, signal);
      if (found === bytes.length) return {path, sha256};
      throw new SyncError('transient', `a certificate has not the size that was sent: ${path}`, {
        facts: {sent: bytes.length, found: found ?? -1},
      });
    },

    async find(run, signal) {
      const own = run === undefined ? undefined : await read(run, signal);
      if (own) return own;
      const listed = (await files.list(folder, signal)).filter(({name, folder: is}) => !is && name.endsWith(ending));
      const last = listed
        .filter(({name}) => run === undefined || name < run)
        .toSorted(byAge)
        .at(-1);
      return last && read(last.name.slice(0, -ending.length), signal);
    },
  };

  async function read(run: string, signal?: AbortSignal): Promise<FoundCertificate | undefined> {
    const path = pathOf(run);
    const bytes = await files.read(path, signal);
    return bytes && foundIn(bytes, {path, run});
  }
}

/** By the clock of the volume: ids of runs begin with the clock of their machine, which may go back. */
const byAge = (a: FileEntry, b: FileEntry): number =>
  a.modifiedAt.getTime() - b.modifiedAt.getTime() || (a.name < b.name ? -1 : 1);

const digestOf = (content: object): string => hash('sha256', JSON.stringify(content), 'hex');

function foundIn(bytes: Uint8Array, {path, run}: {readonly path: string; readonly run: string}): FoundCertificate {
  const parsed = parsedFrom(bytes, path);
  const {version: found, sha256, content} = isJsonObject(parsed) ? parsed : {};
  if (found !== version) throw unusable(path, `it is not of version ${version}`);
  if (!isJsonObject(content) || typeof sha256 !== 'string') throw unusable(path, 'it has no content, or no digest');
  const read = certificateForm.safeParse(content);
  if (!read.success) {
    const places = read.error.issues.map(issue => issue.path.join('.'));
    throw unusable(path, `it lacks or spoils ${places.slice(0, 5).join(', ')}`);
  }
  const certificate = read.data;
  return {path, sha256, certificate, altered: digestOf(content) !== sha256, misnamed: certificate.run !== run};
}

function parsedFrom(bytes: Uint8Array, path: string): Json {
  try {
    return parseExactJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    throw unusable(path, 'it is no JSON: it was cut off or overwritten');
  }
}

const unusable = (path: string, reason: string): SyncError =>
  new SyncError('data', `a certificate can't be used: ${reason}`, {
    hint: "The file was changed by hand or cut off. control.run has the digest of the run's own certificate.",
    facts: {path},
  });
