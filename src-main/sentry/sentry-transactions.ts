import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';
import type { TransactionSource, TransactionVerdict } from '../eth/chain-source.ts';
import { MAX_PENDING, PENDING_COLLECT_MS, PENDING_POLL_MS } from './constants.ts';
import { RpcError } from './errors.ts';
import type { RpcOutcome } from './rpc-message.ts';
import { refusalOf } from './rpc-message.ts';
import { dataOf, dataText, hashOf } from './rpc-values.ts';
import type { ConnectedClient } from './sentry-connection.ts';
import { verdictOf } from './verdicts.ts';
import { checkTransaction } from './verify.ts';

/** What the pool works with. */
export interface PoolServices {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with each item that the client sent and that was not the requested one. */
  readonly onWrong: (error: RpcError) => void;
}

/** The transaction pool of the connected client. */
export class SentryTransactions implements TransactionSource {
  readonly hasPool = true;
  readonly #services: PoolServices;
  readonly #listeners = new Set<(hashes: readonly Uint8Array[]) => void>();
  /** Hashes, as hex, that the listeners are not told of yet. BOUNDED: MAX_PENDING. */
  readonly #collected = new Set<string>();
  #timer: Timer | undefined;
  #client: ConnectedClient | undefined;

  constructor(services: PoolServices) {
    this.#services = services;
  }

  /** Takes a connected client until its connection ends, and begins to follow its pending transactions. */
  async attach(connected: ConnectedClient): Promise<void> {
    this.#client = connected;
    connected.scope.own(() => {
      if (this.#client === connected) this.#client = undefined;
    });
    const { pendingNotices } = connected.dialect;
    if (pendingNotices === 'subscription' && (await this.#subscribe(connected))) return;
    if (pendingNotices !== undefined) this.#poll(connected);
  }

  /** Tells the listeners nothing more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#collected.clear();
    this.#listeners.clear();
  }

  get takesTransactions(): boolean {
    return this.#client?.dialect.submission === true;
  }

  /** @param peer the ID of the peer whose transactions these are, for its share of the budget */
  async submit(transactions: readonly Uint8Array[], peer?: string): Promise<readonly TransactionVerdict[]> {
    const { client, dialect } = this.#present();
    if (!dialect.submission) return transactions.map(() => ({ kind: 'unanswered' }));
    const method = 'eth_sendRawTransaction';
    const calls = transactions.map((transaction) => ({ method, params: [dataText(transaction)] }));
    const outcomes = await client.callAll({ peer }, calls);
    const [first] = outcomes;
    if (outcomes.every(isLost) && first?.ok === false) throw first.error;
    return outcomes.map(verdictOfOutcome);
  }

  onPending(listener: (hashes: readonly Uint8Array[]) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param peer the ID of the peer that asks, for its share of the budget */
  async raw(hashes: readonly Uint8Array[], peer?: string): Promise<readonly (Uint8Array | undefined)[]> {
    const { client, dialect } = this.#present();
    if (!dialect.pooledTransactions) return hashes.map(() => undefined);
    const method = 'eth_getRawTransactionByHash';
    const outcomes = await client.callAll(
      { peer },
      hashes.map((hash) => ({ method, params: [dataText(hash)] })),
    );
    return hashes.map((hash, at) => {
      const outcome = outcomes[at];
      if (outcome === undefined) return undefined;
      if (isLost(outcome) && !outcome.ok) throw outcome.error;
      const bytes = outcome.ok ? dataOf(outcome.result) : undefined;
      return bytes === undefined || bytes.length === 0 ? undefined : this.#checked(method, bytes, hash);
    });
  }

  #present(): ConnectedClient {
    if (this.#client === undefined) throw new RpcError('rpc-away');
    return this.#client;
  }

  #checked(method: string, bytes: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
    try {
      return checkTransaction(method, bytes, hash);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#services.onWrong(error);
      return undefined;
    }
  }

  /** Whether the client sends notices now. */
  async #subscribe({ client, scope }: ConnectedClient): Promise<boolean> {
    try {
      const id = await client.call('own', 'eth_subscribe', 'newPendingTransactions');
      if (typeof id !== 'string') return false;
      scope.own(
        client.channel.onNotice(({ subscription, result }) => {
          if (subscription === id) this.#collect([result]);
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof RpcError && error.code === 'rpc-refused') return false;
      throw error;
    }
  }

  /** Asks a filter again and again. A client forgets a filter that is not asked, and all of them when it restarts. */
  #poll({ client, scope }: ConnectedClient): void {
    let filter: string | undefined;
    const ask = async (): Promise<void> => {
      try {
        if (filter === undefined) {
          const id = await client.call('own', 'eth_newPendingTransactionFilter');
          filter = typeof id === 'string' ? id : undefined;
        } else {
          const hashes = await client.call('own', 'eth_getFilterChanges', filter);
          if (Array.isArray(hashes) && !scope.closed) this.#collect(hashes);
        }
      } catch (error) {
        filter = undefined;
        this.#services.logger.debug('the pending transactions are not known', {
          reason: describeError(error),
        });
      }
      scope.after(PENDING_POLL_MS, () => void ask());
    };
    void ask();
  }

  #collect(values: readonly unknown[]): void {
    if (this.#listeners.size === 0) return;
    for (const value of values) {
      if (this.#collected.size >= MAX_PENDING) break;
      const hash = hashOf(value);
      if (hash !== undefined) this.#collected.add(bytesToHex(hash));
    }
    this.#timer ??= this.#services.clock.after(PENDING_COLLECT_MS, () => {
      this.#timer = undefined;
      const hashes = [...this.#collected].map(hexToBytes);
      this.#collected.clear();
      if (hashes.length === 0) return;
      for (const listener of [...this.#listeners]) listener(hashes);
    });
  }
}

/** Whether a call failed without words of the client. */
function isLost(outcome: RpcOutcome): boolean {
  return !outcome.ok && refusalOf(outcome.error) === undefined;
}

function verdictOfOutcome(outcome: RpcOutcome): TransactionVerdict {
  if (outcome.ok) return { kind: 'accepted' };
  const refusal = refusalOf(outcome.error);
  return refusal === undefined ? { kind: 'unanswered' } : verdictOf(refusal.message);
}
