/** What did not fit, row by row: the name of the column and why. Never the value itself. */
export class Faults {
  readonly #rows: Array<Map<string, string> | undefined> = [];
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

  /** The column `_errors`: JSON by column, null where everything fitted. */
  texts(rows: number): Array<string | null> {
    const texts = new Array<string | null>(rows).fill(null);
    this.#rows.forEach((row, index) => {
      if (row) texts[index] = JSON.stringify(Object.fromEntries(row));
    });
    return texts;
  }
}
