import test from 'node:test';
import type {VismaSim} from '../sim/visma/visma.ts';
import {tryEveryPoint} from './scenario.ts';

test('I10 a sweep that marks, disturbed at every request', t =>
  tryEveryPoint(t, {
    resources: ['supplier_invoice', 'journal_transaction'],
    command: 'sweep',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) loseDocuments(visma, id);
      // The deltas see their tails change; then the first of the two sweeps that have to miss a key.
      await site.run('sync');
      await site.run('sweep');
    },
    truth: {marked: true},
    shares: {killedBefore: 8, killedAfter: 2, lost: 4, looking: 48, fault: 10, conflict: 3},
  }));

/** An invoice and a batch are gone, and one document changed behind its stamp. */
function loseDocuments(visma: VismaSim, company: string): void {
  const {supplierInvoice = [], journaltransaction = []} = visma.truth(company);
  const [invoice, changed] = supplierInvoice;
  const batch = journaltransaction.at(-1);
  const document = (of: typeof invoice): string[] => [String(of?.['documentType']), String(of?.['referenceNumber'])];
  visma.delete({company, collection: 'supplierInvoice', key: document(invoice)});
  visma.delete({
    company,
    collection: 'journaltransaction',
    key: [String(batch?.['module']), String(batch?.['batchNumber'])],
  });
  visma.change({
    company,
    collection: 'supplierInvoice',
    key: document(changed),
    fields: {description: 'paid meanwhile'},
    stamp: false,
  });
}
