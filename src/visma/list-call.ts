import type {ResourceName} from '../model/names.ts';
import type {Company} from '../model/pass.ts';

/** One page of a list. */
export interface ListCall {
  readonly company: Company;
  readonly resource?: ResourceName;
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether a smaller page may be asked for: then a slow answer is tried once more only. */
  readonly shrinks: boolean;
  /** Whether the call is a sweep's, which has a share of its own. */
  readonly sweeping?: boolean;
  readonly signal?: AbortSignal | undefined;
}
