const shown = '[secret]';

/** A value that cannot be printed by accident: text, JSON and the inspector all show a mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return shown;
  }
}

/**
 * Replaces every known secret in a text, for messages that come from elsewhere: as it stands, and as JSON writes it
 * inside quotes. Longer ones first, so that a secret inside another leaves no rest.
 */
export function maskSecrets(text: string, secrets: Iterable<Secret>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length >= 4) forms.add(value).add(JSON.stringify(value).slice(1, -1));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, form) => masked.replaceAll(form, shown), text);
}
