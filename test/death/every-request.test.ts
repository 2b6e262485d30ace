import test from 'node:test';
import {tryEveryPoint} from './scenario.ts';

test('I10 a sync of three companies, killed before and after each request, and each answer lost', t =>
  tryEveryPoint(t, {
    resources: ['credit_term'],
    command: 'sync',
    prepare: async site => {
      await site.run('sync');
      const {visma} = site;
      visma.clock.advance(3 * 3_600_000);
      for (const {id} of visma.companies) {
        const [gone, changed] = visma.truth(id)['creditTerm'] ?? [];
        visma.delete({company: id, collection: 'creditTerm', key: String(gone?.['termsId'])});
        const key = String(changed?.['termsId']);
        visma.change({company: id, collection: 'creditTerm', key, fields: {description: 'Omdöpt'}});
      }
    },
    shares: {killedBefore: 1, killedAfter: 1, lost: 1, looking: 1, fault: 4, conflict: 1},
  }));
