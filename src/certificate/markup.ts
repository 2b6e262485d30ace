/** HTML that was made here: whatever came from elsewhere stands in it escaped. */
export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | undefined | readonly Part[];

/** Writes HTML; what is put between is escaped unless it is markup itself. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: texts.map((text, index) => text + written(parts[index])).join(''),
});

/** Text of this program that is HTML as it stands. */
export const asIs = (markup: string): Markup => ({markup});

function written(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Neither markup, nor what would turn the order of the text that follows, nor what no page may hold. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, character => (/\s/.test(character) ? ' ' : '\ufffd'))
    .replace(/[&<>"']/g, character => entities[character] ?? '');
