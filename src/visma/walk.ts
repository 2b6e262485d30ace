import type {ListPage} from './list-page.ts';
import type {PageOrder} from './page-order.ts';

export interface Walk {
  readonly fetch: (number: number, signal: AbortSignal) => Promise<ListPage>;
  readonly order: PageOrder;
  /** The page to begin with. */
  readonly from: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WalkedPage extends ListPage {
  readonly last: boolean;
}

/** Pages one after the other. The next one is on its way while the present one is worked on, never more than that. */
export async function* walk({fetch, order, from, signal}: Walk): AsyncGenerator<WalkedPage> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  let next = fetch(from, either);
  try {
    for (let number = from + 1; ; number++) {
      const page = await next;
      const last = !order.follows(page);
      if (!last) {
        next = fetch(number, either);
        next.catch(() => undefined); // It is awaited later, if at all: whoever stops reading does not want it.
      }
      yield {...page, last};
      if (last) return;
    }
  } finally {
    leaving.abort();
  }
}
