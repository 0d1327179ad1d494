import type { Scope } from '../base/lifecycle.ts';
import type { Random } from '../base/runtime.ts';
import type { ChainReader } from './chain-reader.ts';
import { HEAD_CHECK_MS, HEAD_POLL_MS, POLL_JITTER_MS } from './constants.ts';
import type { Dialect } from './dialect.ts';
import { RpcError } from './errors.ts';
import type { RpcClient } from './rpc-client.ts';
import type { EncodedHeader } from './verify.ts';

/** What a follower works with. */
export interface FollowerServices {
  readonly client: RpcClient;
  readonly dialect: Dialect;
  readonly reader: ChainReader;
  /** Ends the follower. */
  readonly scope: Scope;
  readonly random: Random;
  readonly onHead: (head: EncodedHeader) => Promise<void>;
  /** Called when the client does not give its head. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Follows the head of a client. What a notice says of the head is not used: each notice, and each interval without one,
 * leads to a call for the encoded header of the head.
 */
export class HeadFollower {
  readonly #services: FollowerServices;
  #isAsking = false;
  /** Whether a notice came since the last call was sent. */
  #isAskedAgain = false;

  constructor(services: FollowerServices) {
    this.#services = services;
  }

  /** Begins to follow. Ends with the scope. */
  async start(): Promise<void> {
    const { dialect, scope, random } = this.#services;
    const hasNotices = dialect.headNotices && (await this.#subscribe());
    const everyMs = hasNotices ? HEAD_CHECK_MS : HEAD_POLL_MS;
    scope.every(
      () => everyMs + random.below(POLL_JITTER_MS),
      () => {
        this.#ask();
      },
    );
    // A head that came between connect and subscription.
    this.#ask();
  }

  /** Whether the client sends notices now. A client may refuse: then it is polled. */
  async #subscribe(): Promise<boolean> {
    const { client, scope } = this.#services;
    try {
      const id = await client.call('own', 'eth_subscribe', 'newHeads');
      if (typeof id !== 'string') return false;
      scope.own(
        client.channel.onNotice(({ subscription }) => {
          if (subscription === id) this.#ask();
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof RpcError && error.code === 'rpc-refused') return false;
      throw error;
    }
  }

  #ask(): void {
    if (this.#isAsking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isAsking = true;
    this.#isAskedAgain = false;
    this.#take().then(
      () => {
        this.#isAsking = false;
        if (this.#isAskedAgain && !this.#services.scope.closed) this.#ask();
      },
      (error: unknown) => {
        this.#isAsking = false;
        if (!this.#services.scope.closed) this.#services.onFailed(error);
      },
    );
  }

  async #take(): Promise<void> {
    const head = await this.#services.reader.head();
    if (!this.#services.scope.closed) await this.#services.onHead(head);
  }
}
