import {SyncError, type SyncErrorOptions} from '../base/errors.ts';

/**
 * An answer that took too long or grew too large. A list that has pages is then asked for smaller ones. Slow answers
 * are worth another try as they are (`transient`), large ones are not (`protocol`).
 */
export class HeavyPage extends SyncError {
  /** It took too long, rather than being too large. */
  readonly slow: boolean;

  constructor(kind: 'transient' | 'protocol', message: string, options: SyncErrorOptions & {slow?: boolean} = {}) {
    super(kind, message, options);
    this.slow = options.slow ?? kind === 'transient';
  }

  /** The same, not to be tried again at this size. */
  settled(): HeavyPage {
    return new HeavyPage('protocol', this.message, {hint: this.hint, facts: this.facts, slow: this.slow});
  }
}
