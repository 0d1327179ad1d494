/** Runs asynchronous changes one after the other, each on the outcome of the one before. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `action` when all earlier ones are over, whether they succeeded or not. */
  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
