import {hash} from 'node:crypto';
import {isJsonObject, type Json, type JsonObject, parseExactJson} from '../base/exact-json.ts';
import type {Manifest} from '../model/load.ts';

/** The version of `load.json` that this program writes, and the newest that it reads. */
const version = 2;

const texts = ['loadId', 'runId', 'companyId', 'tenantId', 'resource', 'slice', 'startedAt'] as const;
const kinds: readonly Json[] = ['first', 'delta', 'snapshot', 'sweep', 'resync'];

/** A manifest as the bytes of `load.json`: with the digest of what stands before it, so that an edit is seen. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({...manifest, sha256: digestOf(manifest)}, undefined, 1));
}

/** The digest that a manifest's file bears. */
export const digestOf = (content: object): string => hash('sha256', JSON.stringify(content), 'hex');

/** What a manifest's bytes say, or why they can't be used. What earlier versions wrote bears no digest. */
export function parseManifest(
  bytes: Uint8Array,
  folder: {readonly resource: string; readonly loadId: string},
): {readonly manifest: Manifest} | {readonly reason: string} {
  let parsed: Json;
  try {
    parsed = parseExactJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    return {reason: 'load.json is no JSON: it was cut off or overwritten'};
  }
  if (!isJsonObject(parsed)) return {reason: 'load.json is no object'};
  if (typeof parsed['version'] === 'number' && parsed['version'] > version) {
    return {reason: `load.json has version ${parsed['version']}, this program reads up to ${version}`};
  }
  const {sha256, ...content} = parsed;
  if (sha256 !== undefined && sha256 !== digestOf(content)) {
    return {reason: 'load.json was edited: its digest is another one'};
  }
  const wrong = wrongFields(content);
  if (wrong.length > 0) return {reason: `load.json lacks or spoils ${wrong.join(', ')}`};
  const manifest = content as unknown as Manifest;
  if (manifest.loadId !== folder.loadId || manifest.resource !== folder.resource) {
    return {reason: 'load.json belongs to another folder'};
  }
  return {manifest};
}

function wrongFields(parsed: JsonObject): string[] {
  const wrong: string[] = texts.filter(name => typeof parsed[name] !== 'string');
  if (parsed['version'] !== version && parsed['version'] !== 1) wrong.push('version');
  if (!isCount(parsed['sequence'])) wrong.push('sequence');
  if (!kinds.includes(parsed['kind'] ?? null)) wrong.push('kind');
  const {counts, cursor, files} = parsed;
  if (!isJsonObject(counts) || !['read', 'landed', 'refused', 'repeated'].every(name => isCount(counts[name]))) {
    wrong.push('counts');
  }
  if (!isJsonObject(cursor) || typeof cursor['tailDigest'] !== 'string' || !isCount(cursor['tailRows'])) {
    wrong.push('cursor');
  }
  if (!Array.isArray(files) || !files.every(isPartFile)) wrong.push('files');
  if (parsed['privacy'] !== undefined && typeof parsed['privacy'] !== 'string') wrong.push('privacy');
  if (parsed['reread'] !== undefined && typeof parsed['reread'] !== 'boolean') wrong.push('reread');
  if (parsed['held'] !== undefined && !isFile(parsed['held'])) wrong.push('held');
  return wrong;
}

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function isFile(value: Json | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const {name, bytes, sha256} = value;
  return typeof name === 'string' && !/[/\\]|^[._]/.test(name) && typeof sha256 === 'string' && isCount(bytes);
}

function isPartFile(value: Json): boolean {
  if (!isFile(value)) return false;
  const {table, columns, rows} = value;
  const named = Array.isArray(columns) && columns.every(column => typeof column === 'string');
  return typeof table === 'string' && isCount(rows) && named;
}
