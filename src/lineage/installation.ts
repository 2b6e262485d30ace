import {hash} from 'node:crypto';
import type {ResourceName} from '../model/names.ts';

/** Whose objects these are: the schema of the raw tables is an installation's name. */
export interface Installation {
  readonly catalog: string;
  readonly schema: string;
  /** What the paths of endpoints are put after; no trailing slash. */
  readonly apiUrl: string;
  /** Who shall own the objects: a user, a group or a service principal; absent for whoever creates them. */
  readonly owner?: string;
}

/** The property by which an installation knows its own objects and edges. */
export const ownProperty = 'visma_databricks';

/** Its value: `main.visma`. */
export const installationName = ({catalog, schema}: Installation): string => `${catalog}.${schema}`;

export const fullName = (installation: Installation, table: string): string =>
  `${installationName(installation)}.${table}`;

/** The metastore keeps names in lower case, without spaces, and as long as a securable's may be. */
const nameLengthMax = 255;
const printLength = 8;

/**
 * The object's name: `visma_main_visma_supplier`. It is one of the whole metastore, where several catalogs may hold a
 * schema of one name. What a name may not hold becomes an underscore, and a print of the whole tells it from others.
 */
export function objectName(installation: Installation, resource: ResourceName): string {
  const {catalog, schema} = installation;
  const whole = `visma_${catalog}_${schema}_${resource}`.toLowerCase();
  const plain = whole.replace(/[^a-z0-9_-]/g, '_');
  if (plain === whole && plain.length <= nameLengthMax) return plain;
  const print = hash('sha256', fullName(installation, resource), 'hex').slice(0, printLength);
  return `${plain.slice(0, nameLengthMax - printLength - 1)}_${print}`;
}
