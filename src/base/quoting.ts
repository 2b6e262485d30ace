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
 * escaped; control characters are written as escapes, for a statement stays on the lines it was written on. `${` would
 * be taken for a variable before the statement is parsed.
 */
export function quoteLiteral(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}]|\$(?=\{)/gu, escapeCharacter);
  return `'${escaped}'`;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Others by their number: Spark's `\0` before two digits would be read as an octal escape. */
const escapeCharacter = (character: string): string =>
  escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
