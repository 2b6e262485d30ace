import test from 'node:test';
import {tryEveryPoint} from './scenario.ts';

test('I10 a first load into nothing, disturbed at its statements and files', t =>
  tryEveryPoint(t, {
    resources: ['account', 'credit_term'],
    command: 'sync',
    prepare: async () => undefined,
    shares: {killedBefore: 14, killedAfter: 2, lost: 6, looking: 90, fault: 14, conflict: 3},
  }));
