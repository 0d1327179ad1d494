/** Runs asynchronous actions one at a time, in the order in which they were added. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `action` after all earlier actions have settled, also when one of them failed.
   * @returns the result of `action`
   * @throws what `action` throws; later actions still run
   */
  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return await result;
  }

  /** Resolves when every action that was added before this call has settled. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
