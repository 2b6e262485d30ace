import type {Certificate, HeldCount} from '../model/certificate.ts';
import type {LedgerSum} from '../model/ledger.ts';
import {aligned, amountText, counted, countText, decimalOf, groupedBy, sizeOf, sum, unitsOf} from './figures.ts';
import {html, type Markup} from './markup.ts';

const width = 720;
const labelWidth = 210;
const valueWidth = 100;
const room = width - labelWidth - valueWidth;

interface Place {
  readonly x: number;
  readonly y: number;
  /** A class of the style. */
  readonly look: string;
}

const label = (text: string, {x, y, look}: Place): Markup =>
  html`<text class="${look}" x="${x.toFixed(1)}" y="${y}">${text}</text>`;

const bar = (length: number, {x, y, look}: Place, title: string): Markup => {
  const size = html`x="${x.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="14"`;
  return html`<rect class="${look}" ${size}><title>${title}</title></rect>`;
};

interface Drawing {
  readonly title: string;
  readonly height: number;
  readonly content: readonly Markup[];
  readonly below?: Markup;
}

const figure = ({title, height, content, below}: Drawing): Markup => html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${content}</svg>
${below}</figure>`;

const rowHeight = 22;
const tablesMax = 18;

/** So many companies have a colour of their own; further ones share the last. */
const colours = 6;
const colourOf = (place: number): string => `c${Math.min(place, colours - 1)}`;

/** Live rows of each table, the largest first, a colour for each company. */
export function rowsChart({held, companies}: Certificate): Markup {
  const tables = [...groupedBy(held, ({table}) => table)].map(([table, rows]) => ({table, rows, live: liveOf(rows)}));
  const shown = tables.filter(({live}) => live > 0).toSorted((a, b) => b.live - a.live || (a.table < b.table ? -1 : 1));
  const top = shown.slice(0, tablesMax);
  const most = Math.max(1, ...top.map(({live}) => live));
  const rest = shown.length - top.length;
  const content = top.map(({table, rows, live}, row) => {
    const y = row * rowHeight;
    let x = labelWidth;
    const bars = companies.map(({id}, place) => {
      const own = liveOf(rows.filter(({company}) => company === id));
      const length = (own / most) * room;
      const drawn = bar(length, {x, y: y + 4, look: colourOf(place)}, `${table} of ${id}: ${counted(own, 'row')}`);
      x += length;
      return drawn;
    });
    const name = label(table, {x: labelWidth - 10, y: y + 15, look: 'label'});
    return html`${name}${bars}${label(countText(live), {x: x + 8, y: y + 15, look: 'value'})}\n`;
  });
  const legend = companies.map(
    ({id, name}, place) => html`<span><i class="${colourOf(place)}"></i>${id} ${name}</span>`,
  );
  const more = rest > 0 ? `, the largest ${top.length}; the other ${rest} stand in the table below` : '';
  return figure({
    title: `Live rows by table${more}`,
    height: top.length * rowHeight + 4,
    content,
    below: html`<p class="legend">${legend}</p>`,
  });
}

const liveOf = (rows: readonly HeldCount[]): number => sum(rows.map(({live}) => live));

const pairHeight = 62;

/** Debit beside credit of each company's posted lines, each pair by its own measure: currencies differ. */
export function balanceChart({ledger, companies}: Certificate): Markup {
  const sums = ledger?.sums ?? [];
  const figures = aligned(sums.flatMap(({debit, credit}) => [amountText(debit), amountText(credit)]));
  return figure({
    title: "Debit and credit of all posted lines, in each company's own currency",
    height: Math.max(1, sums.length) * pairHeight - 12,
    content: sums.map((each, row) => {
      const currency = companies.find(({id}) => id === each.companyId)?.currency;
      const name = [each.companyId, currency].filter(Boolean).join(', ');
      return pairOf(each, {y: row * pairHeight, name, figures: figures.slice(2 * row, 2 * row + 2)});
    }),
  });
}

interface Pair {
  readonly y: number;
  readonly name: string;
  /** Debit and credit as they are shown. */
  readonly figures: readonly string[];
}

/** What the longest of usual amounts takes, at the right edge. */
const amountWidth = 150;
const sideWidth = 48;

function pairOf({debit, credit, lines}: LedgerSum, {y, name, figures}: Pair): Markup {
  const sides = [
    {side: 'debit', amount: debit},
    {side: 'credit', amount: credit},
  ];
  const sizes = [debit, credit].map(amount => sizeOf(unitsOf(amount)));
  const most = sizes.reduce((larger, size) => (size > larger ? size : larger), 1n);
  const longest = width - labelWidth - sideWidth - amountWidth;
  const bars = sides.map(({side, amount}, place) => {
    const length = (Number((sizeOf(unitsOf(amount)) * 1000n) / most) / 1000) * longest;
    const top = y + place * 20;
    return [
      label(side, {x: labelWidth, y: top + 13, look: 'side'}),
      bar(length, {x: labelWidth + sideWidth, y: top + 2, look: side}, `${name}: ${counted(lines, 'posted line')}`),
      label(figures[place] ?? '', {x: width, y: top + 13, look: 'label'}),
    ];
  });
  const apart = unitsOf(debit) - unitsOf(credit);
  const told = apart === 0n ? '\u2713 debit = credit' : `\u2260 apart by ${amountText(decimalOf(apart))}`;
  return html`<g>${label(name, {x: labelWidth - 20, y: y + 13, look: 'label strong'})}
${label(told, {x: labelWidth - 20, y: y + 33, look: `label ${apart === 0n ? 'good' : 'bad'}`})}${bars}</g>\n`;
}
