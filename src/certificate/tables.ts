import type {Certificate, CertifiedPass} from '../model/certificate.ts';
import {aligned, amountText, counted, countText, instantText, periodText} from './figures.ts';
import {html, type Markup, type Part} from './markup.ts';

interface Listing {
  readonly title: string;
  readonly about: string;
  /** Names of columns; one that ends with `#` holds numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Part[])[];
  readonly open?: boolean;
}

/** A table that folds, so that the page stays short and the print is whole. */
function listing({title, about, columns, rows, open = false}: Listing): Markup {
  if (rows.length === 0) return html``;
  const isNumber = columns.map(name => name.endsWith('#'));
  const lookOf = (place: number): Markup => (isNumber[place] ? html` class="number"` : html``);
  const heads = columns.map((name, place) => html`<th scope="col"${lookOf(place)}>${name.replace(/#$/, '')}</th>`);
  const figures = columns.map((_, place) =>
    isNumber[place] ? aligned(rows.map(row => String(row[place] ?? ''))) : undefined,
  );
  const body = rows.map((row, at) => {
    const cells = row.map((cell, place) => {
      const figure = figures[place]?.[at];
      return figure === undefined ? html`<td>${cell}</td>` : html`<td class="number">${figure}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  });
  return html`<details${open ? html` open` : undefined}>
<summary><h3>${title}</h3> <span>${counted(rows.length, 'row')}</span></summary>
<p>${about}</p><div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>
${body}</tbody></table></div></details>
`;
}

/** Broken between date and time, if anywhere. */
const stampOf = (stamp: string): Markup =>
  html`${stamp.split('T').map((part, place) => html`${place > 0 ? ' ' : ''}<span class="still">${part}</span>`)}`;
const code = (text: string): Markup => html`<code>${text}</code>`;
const amountOf = (text: string | undefined): string => (text === undefined ? '' : amountText(text));

/** Everything that the certificate says, as tables. */
export const listings = (certificate: Certificate): Markup =>
  html`${[differences, doubts, checks, closes, facts, passes, held, merged, loads].map(listOf => listOf(certificate))}`;

const passes = ({passes: rows}: Certificate): Markup =>
  listing({
    title: 'What was read',
    about:
      "Records by company and list. Listed is Visma's own count of what was asked for, in lines where its pages " +
      'count lines. What is quiet brought nothing new. Read = taken + refused + repeated + unchanged.',
    columns: [
      'company',
      'list',
      'part',
      'outcome',
      'since',
      'pages#',
      'listed#',
      'read#',
      'taken#',
      'refused#',
      'repeated#',
      'unchanged#',
    ],
    rows: rows
      .toSorted(byList)
      .map(pass => [
        ...[pass.company, pass.resource, pass.slice, pass.outcome, pass.since ? stampOf(pass.since) : 'whole list'],
        ...[countText(pass.pages), pass.listed === undefined ? '' : countText(pass.listed)],
        ...[pass.read, pass.landed, pass.refused, pass.repeated, pass.unchanged].map(countText),
      ]),
  });

const byList = (one: CertifiedPass, other: CertifiedPass): number =>
  one.company < other.company || (one.company === other.company && one.resource < other.resource) ? -1 : 1;

const held = ({held: rows}: Certificate): Markup =>
  listing({
    title: 'What the tables hold',
    about:
      'Rows by company and table when this was written. Marked rows were found gone in Visma and are kept. Written ' +
      'rows were last changed by this run. Debit and credit add up the live rows, batches that are not posted too.',
    columns: ['company', 'table', 'live#', 'marked#', 'written#', 'debit#', 'credit#'],
    rows: rows.map(each => [
      ...[each.company, each.table, countText(each.live), countText(each.marked), countText(each.written)],
      ...[amountOf(each.debit), amountOf(each.credit)],
    ]),
  });

const merged = ({tables}: Certificate): Markup =>
  listing({
    title: 'What was written',
    about: 'Rows staged by this run, over all companies, and what became of them.',
    columns: ['table', 'staged#', 'new#', 'changed#', 'unchanged#', 'marked gone#'],
    rows: tables.map(each => [
      each.table,
      ...[each.read, each.new, each.changed, each.unchanged, each.gone].map(countText),
    ]),
  });

const loads = ({loads: rows}: Certificate): Markup =>
  listing({
    title: 'Loads and their digests',
    about: 'What entered the tables. The SHA-256 is that of the load.json of the load, which has those of its files.',
    columns: ['company', 'list', 'load', 'rows#', 'SHA-256'],
    rows: rows.map(each => [
      ...[each.company, `${each.resource} ${each.slice}`.trim(), code(each.load)],
      ...[countText(Object.values(each.rows).reduce((total, count) => total + count, 0)), code(each.sha256)],
    ]),
  });

const checks = ({ledger}: Certificate): Markup =>
  listing({
    title: 'Checks of the journals',
    about: 'Findings that stand and that were resolved. control.journal_check names the batches.',
    columns: ['company', 'check', 'open#', 'resolved#'],
    rows: (ledger?.checks ?? []).map(each => [
      each.companyId,
      each.check,
      countText(each.open),
      countText(each.resolved),
    ]),
    open: (ledger?.checks ?? []).some(({open}) => open > 0),
  });

const closes = ({ledger}: Certificate): Markup =>
  listing({
    title: 'Closed periods',
    about: 'When the balances of a closed period were recorded, and how many lines changed in it since.',
    columns: ['company', 'period', 'recorded', 'opened again', 'changes since#'],
    rows: (ledger?.periods ?? []).flatMap(({companyId, period, closedAt, reopenedAt, events}) =>
      closedAt === undefined
        ? []
        : [
            [
              ...[companyId, periodText(period), instantText(closedAt)],
              ...[reopenedAt === undefined ? '' : instantText(reopenedAt), countText(events)],
            ],
          ],
    ),
  });

const doubts = ({ledger}: Certificate): Markup =>
  listing({
    title: 'Periods that are unproven',
    about: 'What kept a period from being compared. control.period_proof has the counts of each side.',
    columns: ['company', 'period', 'reason'],
    rows: (ledger?.periods ?? []).flatMap(({companyId, period, state, reason = ''}) =>
      state === 'unproven' ? [[companyId, periodText(period), reason]] : [],
    ),
    open: true,
  });

const facts = ({ledger}: Certificate): Markup =>
  listing({
    title: 'Measured of each company',
    about:
      'Accounts that Visma keeps by itself have balances without journal lines. They were recognised by how they ' +
      'move and are not compared. Each answer stands with what it was drawn from.',
    columns: ['company', 'fact', 'answer', 'evidence'],
    rows: (ledger?.facts ?? []).map(({companyId, fact, answer, evidence}) => [
      ...[companyId, fact.replaceAll('_', ' '), answer, evidence],
    ]),
    open: true,
  });

const differences = ({ledger}: Certificate): Markup =>
  listing({
    title: 'Accounts that differ',
    about: "What Visma's balances say, and what the posted lines add up to. control.reconciliation has them all.",
    columns: [
      'company',
      'period',
      'branch',
      'ledger',
      'account',
      'subaccount',
      'expected debit#',
      'posted debit#',
      'expected credit#',
      'posted credit#',
    ],
    rows: (ledger?.differences ?? []).map(each => [
      ...[each.companyId, periodText(each.period), each.branch, each.ledger, each.account, each.subaccountId],
      ...[each.expectedDebit, each.actualDebit, each.expectedCredit, each.actualCredit].map(each =>
        each === undefined ? 'none' : amountText(each),
      ),
    ]),
    open: true,
  });
