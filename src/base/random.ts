import {randomBytes} from 'node:crypto';

/** Chance as a guest: handed in, so that a test can repeat what happened. */
export interface Random {
  /** A short unique text of lowercase letters and digits, safe in a path and in SQL. */
  id(): string;
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
}

export const systemRandom: Random = {
  id: () => randomBytes(8).toString('hex'),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};
