import {maskSecrets, type Secret} from './secret.ts';

/** Writes one line for each thing that happened, as JSON, secrets masked. */
export function writeJsonLine(write: (line: string) => void, fact: object, secrets: Iterable<Secret>): void {
  write(maskSecrets(JSON.stringify(fact), secrets));
}
