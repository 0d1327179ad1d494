/** Calls in progress: a call for the same items gets their result. BOUNDED: by the callers. */
export class SharedCalls<Result> {
  readonly #calls = new Map<string, Promise<Result>>();

  /** The result of the call with this key that is in progress, or of a new one. */
  run(key: string, call: () => Promise<Result>): Promise<Result> {
    const current = this.#calls.get(key);
    if (current !== undefined) return current;
    const started = call().finally(() => {
      this.#calls.delete(key);
    });
    this.#calls.set(key, started);
    return started;
  }
}
