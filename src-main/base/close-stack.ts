/** Closes what was opened, in reverse order. */
export class CloseStack {
  /** BOUNDED: one entry for each part of the program. */
  readonly #entries: (() => Promise<void> | void)[] = [];

  /** Adds a function that closes what was opened just now. */
  add(close: () => Promise<void> | void): void {
    this.#entries.push(close);
  }

  /** Calls every function once, also after one has failed. Closing twice does nothing. @throws the first failure */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#entries.pop(); close !== undefined; close = this.#entries.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
