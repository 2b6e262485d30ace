import {run} from 'node:test';
import {inspect} from 'node:util';

/**
 * Runs the test files that are its arguments in this process and sends what became of them to the process that started
 * it.
 */
export interface GroupResult {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly {readonly file: string; readonly test: string; readonly error: string}[];
}

const testTimeoutMs = 300_000;
const failures: GroupResult['failures'][number][] = [];
let [passed, skipped] = [0, 0];

run({files: process.argv.slice(2), isolation: 'none', timeout: testTimeoutMs})
  .on('test:pass', ({skip}) => {
    if (skip === undefined || skip === false) passed += 1;
    else skipped += 1;
  })
  .on('test:fail', ({name, file, details}) => {
    const error: unknown = details.error.cause ?? details.error;
    failures.push({file: file ?? '', test: name, error: inspect(error)});
  })
  .on('end', () => process.send?.({passed, skipped, failures} satisfies GroupResult))
  .resume();
