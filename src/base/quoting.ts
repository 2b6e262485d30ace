/** A name as SQL: backticks around it, each backtick in it doubled. The one place where identifiers are quoted. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Names joined by dots, each quoted: `catalog`.`schema`.`table`. */
export function quoteName(...parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/**
 * A text as a SQL string literal. Spark reads backslash escapes inside quotes, so that quote and backslash are both
 * escaped; line breaks and NUL are written as escapes, for a statement stays on the lines it was written on.
 */
export function quoteLiteral(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}]/gu, character => escapes[character] ?? character);
  return `'${escaped}'`;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\u001a': '\\Z',
};
