import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {parseArgs} from 'node:util';
import {gzipSync} from 'node:zlib';

/*
 * A journal of any length, as a process of its own: `node test/bench/journal-pages.ts --lines N [--note-bytes B]`.
 * It holds a thousand batches of five lines, and makes every page of them under other numbers, so that three million
 * lines cost it no more memory than five thousand. It knows the list of journal transactions, whole and by period,
 * the financial periods, and tokens; whoever asks for changes is told that there are none.
 */
const batchesHeld = 1000;
export const linesPerBatch = 5;
const periods = Array.from(
  {length: 24},
  (_, at) => `${2024 + Math.floor(at / 12)}${String((at % 12) + 1).padStart(2, '0')}`,
);
const pageLinesMax = 5000;
const numberMark = '\u0001';
const countMark = '\u0002';

/** What the debits of so many lines add up to, in cents. The first two lines of a batch are debits. */
export function debitCents(lines: number): bigint {
  let sum = 0n;
  for (let batch = 0; batch < batchesHeld; batch++) {
    const times = Math.floor((lines / linesPerBatch - batch + batchesHeld - 1) / batchesHeld);
    sum += BigInt(times) * BigInt(centsOf(batch, 0) + centsOf(batch, 1));
  }
  return sum;
}

const centsOf = (batch: number, line: number): number => 100 + ((batch * 7919 + line * 104_729) % 9_000_000);
const twoDigits = (number: number): string => String(number).padStart(2, '0');
const money = (cents: number): number => cents / 100;

function batchOf(batch: number, noteBytes: number): object {
  const debit = centsOf(batch, 0) + centsOf(batch, 1);
  const credits = [Math.floor(debit / 3), Math.floor(debit / 5)];
  const entries = [
    [centsOf(batch, 0), 0],
    [centsOf(batch, 1), 0],
    [0, credits[0] ?? 0],
    [0, credits[1] ?? 0],
    [0, debit - (credits[0] ?? 0) - (credits[1] ?? 0)],
  ] as const;
  const day = `${2024 + (batch % 2)}-${twoDigits((batch % 12) + 1)}-${twoDigits((batch % 28) + 1)}`;
  return {
    module: 'ModuleGL',
    batchNumber: numberMark,
    status: 'Posted',
    hold: false,
    transactionDate: `${day}T00:00:00`,
    ledger: '1',
    ledgerDescription: 'Huvudbok',
    currencyId: 'SEK',
    exchangeRate: 1,
    description: `Invoice ${numberMark}`,
    originalBatchNumber: null,
    debitTotal: money(debit),
    debitTotalInCurrency: 0,
    creditTotal: money(debit),
    creditTotalInCurrency: 0,
    controlTotal: money(debit),
    lastModifiedDateTime: `${day}T08:09:03.${100 + (batch % 900)}`,
    branch: '1',
    journalTransactionLines: entries.map(([debitCents, creditCents], line) => ({
      lineNumber: line + 1,
      accountNumber: String(1510 + ((batch * 13 + line * 7) % 90) * 10),
      description: 'Kundfordringar',
      subaccount: {subaccountNumber: '30-000', subaccountId: 103, description: 'Økonomi & HR', active: true},
      referenceNumber: numberMark,
      debitAmount: money(debitCents),
      creditAmount: money(creditCents),
      transactionDescription: `Malmdals Transport AB ${(batch * 2_654_435_761 + line) % 1_000_003}`,
      vatCode: line === 0 ? {id: 'U25', description: 'Utgående 25 %'} : null,
      branch: '1',
      customerSupplier: String(10_000 + ((batch * 31 + line) % 5000)),
      transactionType: 'Invoice',
      module: 'ModuleAR',
      project: {internalId: 0, id: 'X', description: 'Ej projekt'},
      attachments: [],
      quantity: 0,
      note: noteBytes === 0 ? null : noteOf(batch * linesPerBatch + line, noteBytes),
    })),
    attachments: [],
    timeStamp: `AAAA${batch.toString(36).padStart(4, 'A')}AAA=`,
    metadata: {totalCount: countMark, maxPageSize: pageLinesMax},
  };
}

/** A text that compresses as texts do, and not to nothing. */
function noteOf(seed: number, bytes: number): string {
  let text = '';
  for (let state = seed + 1; text.length < bytes; ) {
    state = (state * 48_271) % 2_147_483_647;
    text += `${state.toString(36)} `;
  }
  return text.slice(0, bytes);
}

interface Journal {
  readonly lines: number;
  readonly texts: readonly string[];
}

function pageOf({lines, texts}: Journal, query: URLSearchParams): string {
  const since = query.get('lastModifiedDateTime');
  const period = query.get('periodId');
  if (since !== null && !since.startsWith('1753') && period === null) return '[]';
  const [from, to] = period === null ? [0, lines] : spanOf(lines, periods.indexOf(period));
  const size = Math.min(Number(query.get('pageSize') ?? pageLinesMax), pageLinesMax);
  const skipped = (Number(query.get('pageNumber') ?? 1) - 1) * size;
  const first = (from + skipped) / linesPerBatch;
  const count = Math.max(0, Math.min(size, to - from - skipped)) / linesPerBatch;
  const records = Array.from({length: Math.ceil(count)}, (_, at) =>
    (texts[(first + at) % batchesHeld] ?? '')
      .replaceAll(numberMark, String(first + at).padStart(9, '0'))
      .replace(`"${countMark}"`, String(to - from)),
  );
  return `[${records.join(',')}]`;
}

/** The lines of one period, in whole batches. */
function spanOf(lines: number, period: number): readonly [from: number, to: number] {
  const edge = (at: number): number => Math.round((lines * at) / periods.length / linesPerBatch) * linesPerBatch;
  return period < 0 ? [0, 0] : [edge(period), edge(period + 1)];
}

function answer(journal: Journal, {pathname, searchParams}: URL): string {
  if (pathname === '/connect/token') return JSON.stringify({access_token: 'bench', expires_in: 86_400});
  if (pathname === '/api/v2/journaltransaction') return pageOf(journal, searchParams);
  if (pathname !== '/api/v1/financialPeriod') return '[]';
  return JSON.stringify(periods.map(text => ({year: Number(text.slice(0, 4)), period: text, financialPeriod: text})));
}

function serve(journal: Journal): void {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const body = gzipSync(answer(journal, new URL(request.url ?? '/', 'http://localhost')), {level: 1});
    response.writeHead(200, {'content-type': 'application/json', 'content-encoding': 'gzip'}).end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`})}\n`);
  });
}

if (import.meta.main) {
  const {values} = parseArgs({options: {lines: {type: 'string'}, 'note-bytes': {type: 'string', default: '0'}}});
  const texts = Array.from({length: batchesHeld}, (_, batch) =>
    JSON.stringify(batchOf(batch, Number(values['note-bytes'])))
      .replaceAll('\\u0001', numberMark)
      .replaceAll('\\u0002', countMark),
  );
  serve({lines: Number(values.lines), texts});
}
