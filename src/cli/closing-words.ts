import type {PassReport, Problem, Report} from '../model/report.ts';
import {printable} from './text-table.ts';

/** What a person should know beside the table: passes that fell short, notes, then every problem. */
export function closingWords({passes, notes, problems}: Report): readonly string[] {
  return [
    ...passes.filter(fellShort).map(pass => `${pass.company} ${pass.resource} ${pass.slice}`.trim() + why(pass)),
    ...notes.map(note => `note: ${note}`),
    ...problems.flatMap(problemLines),
  ].map(printable);
}

const fellShort = ({outcome}: PassReport): boolean => outcome === 'partial' || outcome === 'failed';
const why = ({outcome, reason}: PassReport): string => `: ${outcome}${reason === undefined ? '' : `, ${reason}`}`;

/** What, where, and what to do about it. */
function problemLines({kind, message, hint, facts}: Problem): readonly string[] {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  const where = known.map(([name, value]) => `${name} ${value}`).join(', ');
  return [
    ...message.split('\n').map((line, index) => (index === 0 ? `problem (${kind}): ${line}` : `  ${line.trim()}`)),
    ...(where === '' ? [] : [`  where: ${where}`]),
    `  hint: ${hint}`,
  ];
}
