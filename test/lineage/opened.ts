import {type LineageOptions, type OpenLineage, openLineage} from '../../src/lineage/lineage.ts';
import type {Event} from '../../src/model/events.ts';
import {runId} from '../../src/model/names.ts';
import {FakeClock} from '../fake-clock.ts';
import {MemoryFiles} from '../landing/memory-files.ts';
import {Metastore} from './metastore.ts';

export interface Opened {
  readonly lineage: OpenLineage;
  readonly metastore: Metastore;
  readonly files: MemoryFiles;
  readonly clock: FakeClock;
  readonly notes: string[];
  /** The same installation, or another, over the same metastore and volume. */
  again(options: Partial<LineageOptions>): OpenLineage;
}

export const statePath = '/Volumes/main/visma_staging/landing/run-state/lineage.json';

/** A lineage over a metastore in memory. */
export function openOver(options: Partial<LineageOptions> = {}): Opened {
  const [metastore, files, clock, notes] = [new Metastore(), new MemoryFiles(), new FakeClock(), [] as string[]];
  const events = (event: Event): void => {
    if (event.event === 'note') notes.push(event.message);
  };
  const common: LineageOptions = {
    ...{rest: metastore, files, clock, events},
    stateFolder: '/Volumes/main/visma_staging/landing/run-state',
    catalog: 'main',
    schema: 'visma',
    apiUrl: 'https://api.finance.visma.net',
    shown: {lineage: true, tags: true},
    privacy: {rules: []},
    runId: runId('r1'),
    ...options,
  };
  const again = (more: Partial<LineageOptions>): OpenLineage => openLineage({...common, ...more});
  return {lineage: again({}), metastore, files, clock, notes, again};
}
