import {hash} from 'node:crypto';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {cp, mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/*
 * Workspaces after an initial load, each made once and copied for every test that begins there. The runner gives all
 * processes one folder for them and removes it at the end; a file that is run by itself has a folder of its own.
 */

let ownFolder: string | undefined;

function templateFolder(): string {
  const given = process.env['TEST_TEMPLATES'];
  if (given !== undefined) return given;
  if (ownFolder === undefined) {
    const made = mkdtempSync(path.join(os.tmpdir(), 'visma-templates-'));
    process.once('exit', () => rmSync(made, {recursive: true, force: true}));
    ownFolder = made;
  }
  return ownFolder;
}

/**
 * Copies the workspace that `make` leaves in a folder for these options into `target`; made on first use. Files keep
 * their times, because a run believes some of them for a day only.
 */
export async function copyTemplate(
  options: object,
  target: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const all = templateFolder();
  const template = path.join(all, hash('sha256', JSON.stringify(options), 'hex').slice(0, 32));
  if (!existsSync(template)) {
    await mkdir(all, {recursive: true});
    const making = await mkdtemp(path.join(all, 'making-'));
    await make(making);
    // Another process may have made the same one meanwhile: then that one serves.
    await rename(making, template).catch(() => rm(making, {recursive: true, force: true}));
  }
  await cp(template, target, {recursive: true, preserveTimestamps: true});
}
