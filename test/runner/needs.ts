import {spawnSync} from 'node:child_process';

const versionOf: Readonly<Record<string, string>> = {openssl: 'version'};
const known = new Map<string, boolean>();

/** Whether a command can be called on this machine. */
export function has(command: string): boolean {
  const found = known.get(command) ?? spawnSync(command, [versionOf[command] ?? '--version']).status === 0;
  known.set(command, found);
  return found;
}

/** Why a test is skipped that calls this command: the value of the test's option `skip`. */
export const skipWithout = (command: string): string | false =>
  has(command) ? false : `${command} is not on this machine`;
