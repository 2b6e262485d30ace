import test from 'node:test';
import {exact, type VismaSim} from '../sim/visma/visma.ts';
import {seed, tryEveryPoint} from './scenario.ts';

const resources = [
  'account',
  'dimension',
  'journal_transaction',
  'supplier_invoice',
  'general_ledger_balance',
  'credit_term',
  'supplier_balance',
];

test(`I10 a day of changes, disturbed at every request (seed ${seed})`, t =>
  tryEveryPoint(t, {
    resources,
    command: 'sync',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) changeBooks(visma, id);
    },
    shares: {killedBefore: 1, killedAfter: 1, lost: 1, looking: 8, fault: 3},
  }));

/** New documents, one whose lines change and one that loses its last; a term that is gone; a re-stamp; a close. */
function changeBooks(visma: VismaSim, company: string): void {
  visma.trade({company, invoices: 4, payments: 1});
  const documents = visma.truth(company)['supplierInvoice'] ?? [];
  const keyOf = (at: number): string[] => [
    String(documents[at]?.['documentType']),
    String(documents[at]?.['referenceNumber']),
  ];
  const which = {company, collection: 'supplierInvoice'};
  visma.changeLine({...which, key: keyOf(0), place: 0, fields: {cost: exact('123456789012.0000000001')}});
  visma.removeLastLine({...which, key: keyOf(1)});
  const [term] = visma.truth(company)['creditTerm'] ?? [];
  visma.delete({company, collection: 'creditTerm', key: String(term?.['termsId'])});
  visma.restamp({company, collection: 'account'});
}
