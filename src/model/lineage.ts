import type {Resource} from './resource.ts';

/**
 * What Unity Catalog shows of where the tables come from: an object for each endpoint of Visma.net, edges from it to
 * the raw tables, tags. It stands beside the data: that it can't be shown changes no row and fails no run.
 */
export interface Lineage {
  /**
   * Shows resources whose tables are there, where what is shown is not what it should be. Where all is current that
   * costs the reading of one small file. Tells in notes what it could not do; throws nothing but the signal's reason.
   */
  refresh(resources: readonly Resource[], signal?: AbortSignal): Promise<void>;
}
