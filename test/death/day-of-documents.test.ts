import test from 'node:test';
import {exact, type VismaSim} from '../sim/visma/visma.ts';
import {tryEveryPoint} from './scenario.ts';

test('I10 a day of documents and journals, disturbed at every request', t =>
  tryEveryPoint(t, {
    resources: ['journal_transaction', 'supplier_invoice'],
    command: 'sync',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) changeDocuments(visma, id);
    },
    shares: {killedBefore: 16, killedAfter: 1, lost: 6, looking: 72, fault: 12, conflict: 3},
  }));

/** New documents and postings, one whose lines change, and one that loses its last line. */
function changeDocuments(visma: VismaSim, company: string): void {
  visma.trade({company, invoices: 4, payments: 1});
  const documents = visma.truth(company)['supplierInvoice'] ?? [];
  const keyOf = (at: number): string[] => [
    String(documents[at]?.['documentType']),
    String(documents[at]?.['referenceNumber']),
  ];
  const which = {company, collection: 'supplierInvoice'};
  visma.changeLine({...which, key: keyOf(0), place: 0, fields: {cost: exact('123456789012.0000000001')}});
  visma.removeLastLine({...which, key: keyOf(1)});
}
