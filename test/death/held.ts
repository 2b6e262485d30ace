import type {Report} from '../../src/model/report.ts';
import type {Passed} from './gate.ts';
import type {Site} from './site.ts';

/** Runs a sync of which one request, the first of its kind, is answered when nobody waits for it any more. */
export async function runHeld(
  site: Site,
  is: (passed: Passed) => boolean,
): Promise<{readonly held: number; readonly report: Report}> {
  const release = Promise.withResolvers<void>();
  let held = 0;
  site.gate.setChoice(passed => {
    if (held > 0 || !is(passed)) return undefined;
    held += 1;
    return {does: 'drop answer', after: () => release.promise};
  });
  try {
    const {report} = await site.run('sync');
    return {held, report};
  } finally {
    release.resolve();
    site.gate.clear();
  }
}
