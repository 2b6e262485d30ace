import type test from 'node:test';
import type {ListOddity} from '../sim/visma/behaviour.ts';
import {World} from './world.ts';

/*
 * Lists that are odd, and the same odd list on every read: what comes is in the tables after one run, a note says what
 * is odd, and nothing is marked as deleted for it.
 */
export const path = '/v1/supplier';

export const resources = 'supplier';

export const openOdd = (t: test.TestContext, oddLists: Readonly<Record<string, ListOddity>>): Promise<World> =>
  World.open(t, {
    visma: {companies: ['se'], behaviour: {oddLists, maxPageSize: {[path]: 5}}},
    sync: {resources: 'all'},
  });
