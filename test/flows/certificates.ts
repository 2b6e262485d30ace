import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Certificate} from '../../src/model/certificate.ts';
import type {World} from './world.ts';

export const volumeOf = ({folder}: World): string => path.join(folder, 'workspace/volumes/visma_staging/landing');

export const folderOf = (world: World): string => path.join(volumeOf(world), 'run-state/certificates');

export interface Written {
  readonly version: number;
  readonly sha256: string;
  readonly content: Certificate;
}

export const fileOf = (world: World, run: string): string => path.join(folderOf(world), `${run}.json`);

export const readCertificate = async (world: World, run: string): Promise<Written> =>
  JSON.parse(await readFile(fileOf(world, run), 'utf8')) as Written;
