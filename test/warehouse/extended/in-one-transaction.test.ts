import {OfferedTransactions} from '../transactions.ts';
import {offered} from '../workspace.ts';

/** The tests of commits once more, each commit as one transaction: of every outcome both ways give the same. */
offered.transactions = new OfferedTransactions();
await import('../commit.test.ts');
await import('../gone.test.ts');
await import('../absent.test.ts');
await import('./any-order.test.ts');
