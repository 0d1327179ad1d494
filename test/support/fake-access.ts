import type { Right } from '../../shared/model/access.ts';
import type { Access, Caller } from '../../src-main/api/access.ts';

/** Tokens that a test adds and revokes. The token of the page has every right. */
export class FakeAccess implements Access {
  readonly pageToken: string;
  readonly #callers = new Map<string, Caller>();
  readonly #listeners = new Set<() => void>();

  constructor(pageToken: string) {
    this.pageToken = pageToken;
    this.#callers.set(pageToken, { name: 'page', right: 'admin' });
  }

  add(token: string, right: Right): void {
    this.#callers.set(token, { name: `the ${right}`, right });
    this.#tell();
  }

  revoke(token: string): void {
    this.#callers.delete(token);
    this.#tell();
  }

  callerOf(token: string): Caller | undefined {
    return this.#callers.get(token);
  }

  isValid(caller: Caller): boolean {
    return [...this.#callers.values()].includes(caller);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
