import test from 'node:test';
import type {VismaSim} from '../sim/visma/visma.ts';
import {tryEveryPoint} from './scenario.ts';

test('I10 a day on which lists change, disturbed at every request', t =>
  tryEveryPoint(t, {
    resources: ['account', 'supplier', 'supplier_balance'],
    command: 'sync',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) changeLists(visma, id);
    },
    shares: {killedBefore: 16, killedAfter: 2, lost: 6, looking: 72, fault: 12, conflict: 3},
  }));

/** A supplier bears another number, accounts are stamped anew and one changes, balances move. */
function changeLists(visma: VismaSim, company: string): void {
  visma.trade({company, invoices: 2, payments: 0});
  const {supplier = [], account = []} = visma.truth(company);
  visma.rename({company, collection: 'supplier', key: String(supplier[0]?.['number']), to: '91'});
  visma.restamp({company, collection: 'account'});
  const key = String(account[1]?.['accountCD']);
  visma.change({company, collection: 'account', key, fields: {description: 'Vidarefakturerat; "inom" koncernen'}});
}
