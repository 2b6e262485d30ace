import {globSync} from 'node:fs';
import path from 'node:path';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';

/**
 * Death at every point: runs the files of this folder as Node's own runner would, and says in one line at the end how
 * many points were tried and what befell a run there how often.
 */
const pointName = /^(killed before|killed after|answer lost after|.+ at) \d+: /;
const tried = new Map<string, number>();
const startedMs = performance.now();

// One file sleeps nearly all of its time and begins first: two others keep two cores busy meanwhile.
const asleep = (file: string): number => Number(file.endsWith('slow.test.ts'));
const tests = run({
  files: globSync(path.join(import.meta.dirname, '*.test.ts')).toSorted(
    (a, b) => asleep(b) - asleep(a) || (a < b ? -1 : 1),
  ),
  concurrency: 3,
  timeout: 3_600_000,
});
const count = ({name}: {readonly name: string}): void => {
  const blow = pointName.exec(name)?.[1]?.replace(/ (?:at|after)$/, match => (match === ' at' ? '' : match));
  if (blow !== undefined) tried.set(blow, (tried.get(blow) ?? 0) + 1);
};
let failed = 0;
tests.on('test:pass', count);
tests.on('test:fail', data => {
  count(data);
  failed += 1;
  process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
tests.once('end', () => {
  const each = [...tried].toSorted(([, one], [, other]) => other - one).map(([blow, times]) => `${blow} ${times}`);
  const points = [...tried.values()].reduce((sum, times) => sum + times, 0);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.once('beforeExit', () =>
    console.log(`points tried: ${points} in ${seconds} s, tests failed: ${failed} (${each.join(', ')})`),
  );
});
