import {generalLedger} from '../../model/general-ledger.ts';
import type {Ground} from './mapped.ts';

/** The newest version of the ledger, where the engine keeps versions. */
export const newestVersion = ({places: {raw}}: Ground): string => `DESCRIBE HISTORY ${raw(generalLedger)} LIMIT 1`;
