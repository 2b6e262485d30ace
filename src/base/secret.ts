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

/** Replaces every known secret in a text, for messages that come from elsewhere. */
export function maskSecrets(text: string, secrets: Iterable<Secret>): string {
  let masked = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length >= 4) masked = masked.replaceAll(value, shown);
  }
  return masked;
}
