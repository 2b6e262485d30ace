import type {Certificate, CertificateFiles, CertificateMark, CertifiedPass} from '../../model/certificate.ts';
import type {Attested} from '../../model/ledger.ts';
import type {PassReport} from '../../model/report.ts';
import type {Doors} from '../doors.ts';
import type {Run} from '../start/start.ts';

/** What is known of a run without asking the tables. */
export type Witnessed = Omit<
  Certificate,
  'passes' | 'tables' | 'held' | 'ledger' | 'problems' | 'companies' | 'run' | 'endedAt'
> & {
  readonly passes: readonly PassReport[];
  readonly tables: ReadonlyArray<Certificate['tables'][number] & {readonly statements: number}>;
  readonly problems: ReadonlyArray<Certificate['problems'][number] & {readonly facts: object}>;
};

/** So many cells stand in a certificate; control.reconciliation has all. */
const differencesMax = 500;

/**
 * Leaves the certificate of a run that changed something: asks the tables what they hold and the ledger how it stands,
 * and puts it into the volume. What a run is about is done by now, so that failing to changes nothing but a note.
 */
export async function certify(
  {run: {runId, scope}, witnessed}: {readonly run: Run; readonly witnessed: Witnessed},
  doors: Doors & {readonly certificates: CertificateFiles},
  signal?: AbortSignal,
): Promise<CertificateMark | undefined> {
  const {warehouse, certificates, clock, events} = doors;
  const companies = scope.companies.map(({id, name, currency}) => ({id, name, currency}));
  try {
    const checkpoints = await warehouse.readCheckpoints(signal);
    const settled = new Set(checkpoints.map(({resource}) => resource));
    const resources = scope.resources.filter(({name}) => settled.has(name));
    const all = await warehouse.countHeld({resources, runId}, signal);
    const ids = new Set<string>(companies.map(({id}) => id));
    const held = all.filter(({company}) => ids.has(company));
    const {ledger, note} = await attested({runId, scope}, doors, signal);
    const {passes, tables, problems, notes, ...rest} = witnessed;
    const certificate: Certificate = {
      run: runId,
      ...rest,
      endedAt: clock.now().toISOString(),
      companies,
      passes: passes.map(passOf),
      tables: tables.map(({statements: _, ...table}) => table),
      held,
      ...(ledger && {ledger}),
      problems: problems.map(({kind, message}) => ({kind, message})),
      notes: [...notes, ...note],
    };
    return await certificates.put(certificate, signal);
  } catch {
    events({event: 'note', message: "the run's certificate could not be written"});
    return undefined;
  }
}

/** A ledger that was never built, or that can't be asked, is no reason to leave nothing. */
async function attested(
  {runId, scope}: Run,
  {ledger}: Pick<Doors, 'ledger'>,
  signal?: AbortSignal,
): Promise<{readonly ledger?: Attested; readonly note: readonly string[]}> {
  if (!ledger) return {note: []};
  try {
    const companies = scope.companies.map(({id}) => id);
    return {ledger: await ledger.attest({runId, companies, differencesMax}, signal), note: []};
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return {note: ['the general ledger could not be read']};
  }
}

const passOf = ({calls, seconds, load, reason, unchanged = 0, ...pass}: PassReport): CertifiedPass => ({
  ...pass,
  unchanged,
});
