import type {Chance} from '../sim/visma/chance.ts';
import {type Entity, exact, type VismaSim} from '../sim/visma/visma.ts';

type Deed = (visma: VismaSim, at: {readonly company: string; readonly chance: Chance}) => void;

const documentKey = ({documentType, referenceNumber}: Entity): string[] => [
  String(documentType),
  String(referenceNumber),
];

/** What happens in books, by its name. A deed for which there is nothing to do does nothing. */
const deeds: Readonly<Record<string, Deed>> = {
  trade: (visma, {company, chance}) =>
    void visma.trade({company, invoices: chance.whole(1, 4), payments: chance.whole(0, 2)}),

  'a line changes': (visma, {company, chance}) => {
    const document = anyOf(visma, {company, collection: 'supplierInvoice', chance});
    if (!document || linesOf(document) === 0) return;
    const fields = {cost: exact(`${chance.whole(1, 999_999)}.${chance.whole(1, 9_999)}`)};
    visma.changeLine({company, collection: 'supplierInvoice', key: documentKey(document), place: 0, fields});
  },

  'a line is gone': (visma, {company, chance}) => {
    const document = anyOf(visma, {company, collection: 'supplierInvoice', chance});
    if (!document || linesOf(document) < 2) return;
    visma.removeLastLine({company, collection: 'supplierInvoice', key: documentKey(document)});
  },

  'a document is deleted': (visma, {company, chance}) => {
    const document = anyOf(visma, {company, collection: 'supplierInvoice', chance});
    if (!document || isNeeded(visma, {company, document})) return;
    visma.delete({company, collection: 'supplierInvoice', key: documentKey(document)});
  },

  'a document moves to another period': (visma, {company, chance}) => {
    const document = anyOf(visma, {company, collection: 'supplierInvoice', chance});
    const other = anyOf(visma, {company, collection: 'supplierInvoice', chance});
    const period = other?.['financialPeriod'];
    if (!document || typeof period !== 'string' || isNeeded(visma, {company, document})) return;
    visma.movePeriod({company, collection: 'supplierInvoice', key: documentKey(document), period});
  },

  'everything is stamped anew': (visma, {company, chance}) =>
    visma.restamp({company, collection: chance.pick(['account', 'supplier', 'supplierInvoice'])}),

  'a supplier is renamed': (visma, {company, chance}) => {
    const supplier = anyOf(visma, {company, collection: 'supplier', chance});
    if (!supplier) return;
    const to = String(chance.whole(60_000, 99_999));
    if (visma.booksOf(company).collection('supplier').find(to)) return;
    visma.rename({company, collection: 'supplier', key: String(supplier['number']), to});
  },

  'a period is closed or opened': (visma, {company, chance}) => {
    const period = anyOf(visma, {company, collection: 'financialPeriod', chance});
    if (!period) return;
    const name = `${String(period['year'])}${String(period['period'])}`;
    visma.setPeriod({company, period: name, closed: chance.inHundred(70)});
  },

  'a term comes or goes': (visma, {company, chance}) => {
    const term = anyOf(visma, {company, collection: 'creditTerm', chance});
    if (!term) return;
    const all = visma.listed(company, '/v1/creditTerm').length;
    if (all > 4) visma.delete({company, collection: 'creditTerm', key: String(term['termsId'])});
    else
      visma.insert({company, collection: 'creditTerm', record: {...term, termsId: `T${chance.whole(100, 999_999)}`}});
  },

  'an account changes': (visma, {company, chance}) => {
    const account = anyOf(visma, {company, collection: 'account', chance});
    if (!account) return;
    // Not its description: balances repeat that, and are not stamped when it changes.
    const fields = {accountClassDescription: `Klass ${chance.whole(1, 1_000_000)}`};
    visma.change({company, collection: 'account', key: String(account['accountCD']), fields});
  },
};

/**
 * Whether a list would be empty without this invoice: the balances of a year are of what was posted until its end, and
 * an empty list proves nothing, so that its pass would stay partial.
 */
function isNeeded(visma: VismaSim, {company, document}: {company: string; document: Entity}): boolean {
  const yearOf = (invoice: Entity): string => String(invoice['financialPeriod']).slice(0, 4);
  const until = visma
    .listed(company, '/v1/supplierInvoice')
    .filter(invoice => yearOf(invoice) <= yearOf(document) && /^(?:Open|Closed)$/.test(String(invoice['status'])));
  return until.length < 4;
}

/** Something happens at one of the companies. Gives what it was. */
export function changeAnything(visma: VismaSim, chance: Chance): string {
  const company = chance.pick(visma.companies).id;
  const name = chance.pick(Object.keys(deeds));
  deeds[name]?.(visma, {company, chance});
  return name;
}

function anyOf(
  visma: VismaSim,
  {company, collection, chance}: {readonly company: string; readonly collection: string; readonly chance: Chance},
): Entity | undefined {
  const {rows} = visma.booksOf(company).collection(collection);
  return rows.length > 0 ? chance.pick(rows) : undefined;
}

const linesOf = ({invoiceLines}: Entity): number => (Array.isArray(invoiceLines) ? invoiceLines.length : 0);
