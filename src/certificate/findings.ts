import type {Certificate, FoundCertificate} from '../model/certificate.ts';
import type {PeriodState} from '../model/ledger.ts';
import {counted, sum, unitsOf} from './figures.ts';

/**
 * What control.run says of a run: the digest of its certificate, and the run that left a newer one; none; or that it
 * was not asked or did not answer.
 */
export type Recorded = {readonly sha256: string; readonly newer?: string} | 'none' | 'unknown';

/** How far a file may be believed. */
export interface Integrity {
  readonly holds: boolean;
  readonly words: string;
}

export function integrityOf({altered, misnamed, sha256}: FoundCertificate, recorded: Recorded): Integrity {
  if (altered)
    return {holds: false, words: 'This certificate was altered: its content has another digest than it bears.'};
  if (misnamed)
    return {
      holds: false,
      words: 'This certificate stands in the place of another one: its file is named after another run.',
    };
  const itself = 'The content has the digest that it bears';
  if (recorded === 'none')
    return {holds: false, words: 'This certificate is not genuine: control.run has no digest of this run.'};
  if (recorded === 'unknown')
    return {holds: false, words: 'This certificate is not verified: control.run could not be asked for its digest.'};
  if (recorded.sha256 !== sha256)
    return {holds: false, words: 'This certificate was replaced: control.run has another digest for this run.'};
  if (recorded.newer !== undefined)
    return {
      holds: false,
      words: `A newer certificate is missing: ${recorded.newer} left one, and its file is not there.`,
    };
  return {holds: true, words: `${itself}, and control.run has the same.`};
}

/** The one word at the top, and the sentence under it. */
export interface Verdict {
  readonly tone: 'good' | 'waits' | 'bad';
  readonly word: string;
  readonly sentence: string;
}

export function verdictOf(certificate: Certificate): Verdict {
  const {tone, word, sentence} = standing(certificate);
  const {exitCode, outcome, problems} = certificate;
  const ended = exitCode === 0 ? '' : ` The run ended as ${outcome}, with ${counted(problems.length, 'problem')}.`;
  return {tone, word, sentence: `${sentence}${ended}`};
}

function standing(certificate: Certificate): Verdict {
  const {ledger, exitCode, held, companies} = certificate;
  const tone = exitCode === 0 ? 'good' : exitCode === 3 ? 'waits' : 'bad';
  const rows = counted(sum(held.map(({live}) => live)), 'live row');
  if (!ledger) return {tone, word: outcomes[tone], sentence: `${rows} are held. No ledger is proved.`};
  const inState = (state: PeriodState['state']): readonly PeriodState[] =>
    ledger.periods.filter(period => period.state === state);
  const [differing, due, proven] = [inState('differs'), inState('due'), inState('proven')];
  const unproven = inState('unproven');
  if (differing.length > 0) {
    const accounts = counted(sum(differing.map(each => each.differing)), 'account');
    const sentence = `${accounts} in ${counted(differing.length, 'period')} differ from Visma's own balances.`;
    return {tone: 'bad', word: 'Differs', sentence};
  }
  if (!isBalanced(certificate)) {
    return {tone: 'bad', word: 'Unbalanced', sentence: 'Debit and credit of the posted lines of a company differ.'};
  }
  if (unproven.length > 0) {
    const reasons = [...new Set(unproven.map(({reason = ''}) => reason))].filter(reason => reason !== '');
    const why = reasons.length > 0 ? `: ${reasons.slice(0, 3).join('; ')}` : '';
    return {tone: 'bad', word: 'Unproven', sentence: `${counted(unproven.length, 'period')} can not be proven${why}.`};
  }
  const whose = `${counted(proven.length, 'period')} of ${counted(companies.length, 'company', 'companies')}`;
  const cells = counted(sum(proven.map(each => each.cells)), 'account');
  const agree = `${whose} agree with Visma's own balances in ${cells}, to the last decimal.`;
  if (due.length > 0) {
    const sentence = `${counted(due.length, 'period')} changed and not proven yet. ${agree}`;
    return {tone: tone === 'bad' ? 'bad' : 'waits', word: 'Due', sentence};
  }
  if (proven.length === 0)
    return {tone, word: outcomes[tone], sentence: `${rows} are held. No period has been proved.`};
  const open = openFindings(certificate);
  const found = open === 0 ? '' : ` ${counted(open, 'finding')} of the journal checks: see below.`;
  return {tone: open > 0 && tone === 'good' ? 'waits' : tone, word: 'Proven', sentence: `${agree}${found}`};
}

const outcomes = {good: 'Complete', waits: 'Partial', bad: 'Failed'} as const;

export const openFindings = ({ledger}: Certificate): number => sum(ledger?.checks.map(({open}) => open) ?? []);

export const isBalanced = ({ledger}: Certificate): boolean =>
  (ledger?.sums ?? []).every(({debit, credit}) => unitsOf(debit) === unitsOf(credit));
