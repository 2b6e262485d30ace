import assert from 'node:assert/strict';
import test from 'node:test';
import {type Counted, verdictOf} from '../../src/ledger/verdict.ts';

const nothing: Counted = {
  ...{cells: 0, differing: 0, balances: 0, ownLedgers: 1, postedLines: 0, otherLines: 0, ledgerLines: 0},
  ...{balanceRows: 0, systemRows: 0, unaccounted: 0, unknown: 0, stray: 0, unreadable: 0},
};
const agreeing: Counted = {...nothing, cells: 2, balances: 2, balanceRows: 2, postedLines: 4, ledgerLines: 4};

test('I24 a period is proven only if something was compared and every posted line is accounted for', () => {
  assert.deepEqual(verdictOf(agreeing), {state: 'proven'});
  assert.deepEqual(verdictOf({...agreeing, differing: 1}), {state: 'differs'});
  assert.deepEqual(verdictOf(nothing), {state: 'empty'});
  assert.deepEqual(verdictOf({...nothing, ownLedgers: 0}), {state: 'empty'}, 'a company without any posting');
  assert.deepEqual(verdictOf({...nothing, postedLines: 3, otherLines: 3}), {state: 'empty'}, 'all of a budget');
});

test('I24 whatever keeps a comparison from saying anything makes its period unproven, with a reason', () => {
  const doubts: ReadonlyArray<readonly [Partial<Counted>, RegExp]> = [
    [{ownLedgers: 0}, /no ledger of the company is known/],
    [{unknown: 2}, /2 posted lines are of a ledger/],
    [{unaccounted: 1}, /1 posted lines are not in general_ledger/],
    [{postedLines: 5}, /raw tables have 5 posted lines, and general_ledger has 4/],
    [{stray: 1}, /1 lines of general_ledger are not posted/],
    [{unreadable: 3}, /3 amounts/],
    [{balances: 0, cells: 0}, /lists no balances/],
    [{balances: 0, cells: 0, differing: 4}, /lists no balances/],
  ];
  for (const [part, reason] of doubts) {
    const verdict = verdictOf({...agreeing, ...part});
    assert.equal(verdict.state, 'unproven');
    assert.match(verdict.reason ?? '', reason);
  }
});
