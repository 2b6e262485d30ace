/** One request as it was answered. No header, no form and no body stands here. */
export interface Request {
  readonly place: number;
  /** By the simulator's clock. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The company's id, where the token or the form named one. */
  readonly company: string | undefined;
  /** Whether its answer was asked for later, by erp-api-background. */
  readonly background?: boolean;
  /** What was answered; 0 where the connection was cut. */
  status: number;
  bytes: number;
  /** The kinds of the faults that met it. */
  faults: readonly string[];
}

/** Which requests: all that fit what is given. A path that ends in `*` fits every path that begins so. */
export interface Wanted {
  readonly company?: string;
  readonly path?: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Whether the answer is asked for later; both unless told. */
  readonly background?: boolean;
}

type Fitting = Pick<Request, 'method' | 'path' | 'query' | 'company' | 'background'>;

export function fits(request: Fitting, wanted: Wanted): boolean {
  if (wanted.background !== undefined && wanted.background !== (request.background ?? false)) return false;
  if (wanted.company !== undefined && wanted.company !== request.company) return false;
  if (wanted.method !== undefined && wanted.method !== request.method) return false;
  if (wanted.path !== undefined && !fitsPath(request.path, wanted.path)) return false;
  return Object.entries(wanted.query ?? {}).every(([name, value]) => request.query[name] === value);
}

const fitsPath = (path: string, wanted: string): boolean =>
  wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : path === wanted;

const kept = 100_000;

/** What has been asked. The list keeps the newest; the counts keep all. */
export class RequestLog {
  #requests: Request[] = [];
  readonly #counts = new Map<string, number>();
  #place = 0;

  open(request: Omit<Request, 'place' | 'status' | 'bytes' | 'faults'>): Request {
    const entry: Request = {place: this.#place++, ...request, status: 0, bytes: 0, faults: []};
    if (this.#requests.length >= kept) this.#requests = this.#requests.slice(kept / 2);
    this.#requests.push(entry);
    const name = `${request.company ?? '-'} ${request.path}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return entry;
  }

  requests(wanted: Wanted = {}): readonly Request[] {
    return this.#requests.filter(request => fits(request, wanted));
  }

  count(wanted: Wanted = {}): number {
    return this.requests(wanted).length;
  }

  /** Requests by company and path: `se /v1/supplier`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#requests = [];
    this.#counts.clear();
  }
}
