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

/** A line of a secret that has several is a secret itself, if it is as long as this. */
const lineMin = 8;

/**
 * Replaces every known secret in a text, for messages that come from elsewhere: as it stands, without the white space
 * around it, its lines one by one, and each as JSON writes it inside quotes and an address or a form as a value. Longer
 * ones first, so that a secret inside another leaves no rest.
 */
export function maskSecrets(text: string, secrets: Iterable<Secret>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const value = secret.reveal();
    const lines = value.split(/[\r\n]+/).map(line => line.trim());
    for (const text of [value, value.trim(), ...lines.filter(({length}) => length >= lineMin)]) {
      if (text.length >= 4) for (const form of writtenForms(text)) forms.add(form);
    }
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, form) => masked.replaceAll(form, shown), text);
}

const writtenForms = (text: string): readonly string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text.toWellFormed()),
  new URLSearchParams([['', text]]).toString().slice(1),
];
