interface Entry<Step> {
  readonly close: () => Promise<void> | void;
  readonly step: Step | undefined;
}

/**
 * Closes the parts of the program in the reverse order of their opening. The names of the open parts show what a stop
 * waits for; `Step` is the type of these names.
 */
export class CloseStack<Step extends string = string> {
  /** BOUNDED: one entry for each part of the program. */
  readonly #entries: Entry<Step>[] = [];
  #current: Entry<Step> | undefined;

  /** Adds a function that closes what was opened just now. @param step its name, if it can take long */
  add(close: () => Promise<void> | void, step?: Step): void {
    this.#entries.push({ close, step });
  }

  /** The named entries that are not closed, the next one to be closed first. */
  get steps(): readonly Step[] {
    const open = [...this.#entries, ...(this.#current === undefined ? [] : [this.#current])].reverse();
    return open.flatMap(({ step }) => (step === undefined ? [] : [step]));
  }

  /** Calls every function once, also after one has failed. Closing twice does nothing. @throws the first failure */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      this.#current = entry;
      try {
        await entry.close();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#current = undefined;
    if (failures.length > 0) throw failures[0];
  }
}
