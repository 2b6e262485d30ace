import type {Certificate} from '../model/certificate.ts';
import type {PeriodState} from '../model/ledger.ts';
import {counted, groupedBy, instantText, periodText} from './figures.ts';
import {html, type Markup} from './markup.ts';

const signs = {proven: '\u2713', differs: '\u2260', due: '\u2026', unproven: '?', empty: '\u2013'} as const;
const words = {
  ...{proven: 'proven', differs: 'differs', due: 'due'},
  ...{unproven: 'unproven', empty: 'nothing on either side'},
} as const;

/** Every period of every company: a row for each company and year, a column for each period of the year. */
export function proofGrid({ledger, companies}: Certificate): Markup {
  const periods = ledger?.periods ?? [];
  const places = [...new Set(periods.map(({period}) => period.slice(4)))].toSorted();
  const names = new Map(companies.map(({id, name}) => [id, name]));
  const rows = [...groupedBy(periods, ({companyId}) => companyId)].flatMap(([id, own]) => {
    const years = [...groupedBy(own, ({period}) => period.slice(0, 4))].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return years.map(([year, ofYear], index) => {
      const company = html`<th scope="rowgroup" rowspan="${years.length}">${id}<small>${names.get(id)}</small></th>`;
      const cells = places.map(place => cellOf(ofYear.find(({period}) => period.slice(4) === place)));
      return html`<tr>${index === 0 ? company : undefined}<th scope="row">${year}</th>${cells}</tr>\n`;
    });
  });
  const heads = places.map(place => html`<th scope="col">${place}</th>`);
  return html`<div class="wide"><table class="grid">
<caption>Posted lines against Visma's own balances, by company and period. The number says how many accounts were
compared, or how many differ.</caption>
<thead><tr><th scope="col">company</th><th scope="col">year</th>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>
<p class="legend">
<span><i class="proven"></i>\u2713 proven: debit and credit of every account are equal</span>
<span><i class="differs"></i>\u2260 differs in so many accounts</span>
<span><i class="unproven"></i>? unproven: it could not be compared; the reason stands with the period</span>
<span><i class="due"></i>\u2026 due: changed since it was proved</span>
<span><b class="lock">closed</b> in the general ledger</span>
<span><b class="lock">+2</b> lines changed after the close</span>
</p>`;
}

function cellOf(period: PeriodState | undefined): Markup {
  if (!period) return html`<td class="none"><span class="unseen">no postings</span></td>`;
  const {state, reason, cells, differing, closedAt, reopenedAt, events} = period;
  const isClosed = closedAt !== undefined && reopenedAt === undefined;
  const number = state === 'differs' ? differing : cells;
  const title = [
    `${periodText(period.period)} ${words[state]}, ${counted(cells, 'account')} compared, ${differing} differ`,
    ...(reason === undefined ? [] : [reason]),
    ...(closedAt === undefined ? [] : [`closed, recorded ${instantText(closedAt)}`]),
    ...(reopenedAt === undefined ? [] : [`opened again ${instantText(reopenedAt)}`]),
    ...(events > 0 ? [`${counted(events, 'change')} after its close`] : []),
  ].join('; ');
  const lock = isClosed ? html`<b class="lock">closed</b>` : undefined;
  const moved = events > 0 ? html`<b class="moved">+${events}</b>` : undefined;
  const sign = html`<span aria-hidden="true">${signs[state]}</span> <span class="unseen">${words[state]}</span>`;
  return html`<td class="${state}" title="${title}">${sign}${number}${lock}${moved}</td>`;
}
