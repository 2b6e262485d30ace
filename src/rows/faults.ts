/** What did not fit, row by row: the name of the column and why. Never the value itself. */
export class Faults {
  readonly #rows: Array<Map<string, string> | undefined> = [];
  readonly #lost = new Map<string, number>();
  /** The row and the column that are judged now. */
  row = 0;
  column = '';

  /** Names what did not fit in the row and column that are judged now. */
  readonly note = (reason: string): void => {
    let row = this.#rows[this.row];
    if (!row) {
      row = new Map();
      this.#rows[this.row] = row;
    }
    const earlier = row.get(this.column);
    row.set(this.column, earlier === undefined ? reason : `${earlier}; ${reason}`);
  };

  /** Counts that nothing is left of the value in the column that is judged now. */
  lose(): void {
    this.#lost.set(this.column, (this.#lost.get(this.column) ?? 0) + 1);
  }

  /** How many values became null, by column. */
  get lost(): ReadonlyMap<string, number> {
    return this.#lost;
  }

  /** The column `_errors`: JSON by column, null where everything fitted. */
  texts(rows: number): Array<string | null> {
    const texts = new Array<string | null>(rows).fill(null);
    this.#rows.forEach((row, index) => {
      if (row) texts[index] = JSON.stringify(Object.fromEntries(row));
    });
    return texts;
  }
}
