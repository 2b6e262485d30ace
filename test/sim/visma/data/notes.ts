import {customerInvoiceRecord} from './customer-invoices.ts';
import {completed, placeOf, propertiesOf} from './filler.ts';
import {drawnInvoice, type Invoice, withoutPeriod} from './invoices.ts';
import {dayMs, type Setting} from './setting.ts';

interface Kind {
  readonly collection: string;
  readonly shape: string;
  readonly lines: string;
  readonly type: string;
}

const kinds: Readonly<Record<'credit' | 'debit' | 'cash' | 'return', Kind>> = {
  credit: {collection: 'customerCreditNote', shape: 'CustomerCreditNoteDto', lines: 'lines', type: 'CreditNote'},
  debit: {collection: 'customerDebitNote', shape: 'CustomerDebitNoteDto', lines: 'lines', type: 'DebitNote'},
  cash: {collection: 'cashsale', shape: 'CashSaleDto', lines: 'cashSaleLines', type: 'CashSale'},
  return: {collection: 'cashsale', shape: 'CashSaleDto', lines: 'cashSaleLines', type: 'CashReturn'},
};

/** Notes and cash sales that nobody has released: the journals know nothing of them, and some bear no period. */
export function addNotes(setting: Setting, counts: Readonly<Record<keyof typeof kinds, number>>): void {
  if (setting.customers.length === 0) return;
  for (const [name, kind] of Object.entries(kinds)) {
    for (let place = 0; place < counts[name as keyof typeof kinds]; place++) addNote(setting, {kind, place});
  }
}

function addNote(setting: Setting, {kind, place}: {kind: Kind; place: number}): void {
  const {chance, nowWallMs} = setting;
  const day = Math.floor(nowWallMs / dayMs) * dayMs - chance.whole(0, 200) * dayMs;
  // Its number comes of its own series: none of the invoices' is used up.
  const {paidWallMs: _, ...drawn} = drawnInvoice({...setting, next: () => ''}, {side: 'customer', day});
  const invoice: Invoice = {
    ...drawn,
    type: kind.type,
    number: setting.next(`customer ${kind.type}`),
    status: place % 2 === 0 ? 'Hold' : 'Balanced',
  };
  const {invoiceLines, ...header} = customerInvoiceRecord(setting, invoice);
  const known = new Set(propertiesOf(kind.shape));
  // Nobody has paid them, and the shape says what would be there: the first of each bears it.
  const unsaid = place === 0 ? ['applications'] : [];
  const said = Object.fromEntries(Object.entries(header).filter(([name]) => known.has(name) && !unsaid.includes(name)));
  const whole = completed(kind.shape, place === 0 ? 0 : placeOf(invoice.number), {...said, [kind.lines]: invoiceLines});
  const {timeStamp: _version, ...record} = invoice.status === 'Hold' ? withoutPeriod(whole, invoice.number) : whole;
  setting.books.collection(kind.collection).add(record);
}
