import {type ChildProcess, spawn} from 'node:child_process';
import type {Measured, Place} from './stage.ts';

const children: ChildProcess[] = [];

/** Starts a process that says where it is, or what it measured, on its first line. */
export function start<T>(file: string, flags: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [file, ...flags], {stdio: ['ignore', 'pipe', 'inherit']});
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as T);
    });
    child.on('error', reject);
    child.on('close', code => reject(new Error(`${file} ended with ${code}`)));
  });
}

/** Runs one stage in a process of its own, so that its time and its memory are its own. */
export const measure = (stage: string, place: Place): Promise<Measured> =>
  start<Measured>('test/bench/stage.ts', [stage, JSON.stringify(place)]);

export function stopAll(): void {
  for (const child of children) child.kill();
}
