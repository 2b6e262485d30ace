import test from 'node:test';
import type {VismaSim} from '../sim/visma/visma.ts';
import {tryEveryPoint} from './scenario.ts';

test('I10 a day on which lists change, disturbed at every request', t =>
  tryEveryPoint(t, {
    resources: ['account', 'dimension', 'supplier', 'credit_term', 'supplier_balance'],
    command: 'sync',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) changeLists(visma, id);
    },
    shares: {killedBefore: 12, killedAfter: 1, lost: 5, looking: 24, fault: 10},
  }));

/** A term is gone, a supplier bears another number, accounts are stamped anew and one changes, balances move. */
function changeLists(visma: VismaSim, company: string): void {
  visma.trade({company, invoices: 2, payments: 0});
  const {creditTerm = [], supplier = [], account = []} = visma.truth(company);
  visma.delete({company, collection: 'creditTerm', key: String(creditTerm[0]?.['termsId'])});
  visma.rename({company, collection: 'supplier', key: String(supplier[0]?.['number']), to: '91'});
  visma.restamp({company, collection: 'account'});
  const key = String(account[1]?.['accountCD']);
  visma.change({company, collection: 'account', key, fields: {description: 'Vidarefakturerat; "inom" koncernen'}});
}
