import type { Unsubscribe } from '../../src-main/base/runtime.ts';
import { RpcBudget } from '../../src-main/sentry/rpc-budget.ts';
import type { RpcChannel, RpcExchange } from '../../src-main/sentry/rpc-channel.ts';
import { RpcClient } from '../../src-main/sentry/rpc-client.ts';
import { parseAnswer, repliesOf, type RpcNotice, type RpcReply } from '../../src-main/sentry/rpc-message.ts';
import type { FakeClient } from './fake-client.ts';
import type { Clock } from '../../src-main/base/runtime.ts';

/** A channel in memory, whose answers go through the same codec as those of a socket. */
export class FakeChannel implements RpcChannel {
  readonly hasNotices: boolean;
  readonly bodies: string[] = [];
  /** What an exchange fails with; undefined where the client answers. */
  failure: Error | undefined;
  readonly #client: FakeClient;
  readonly #notices = new Set<(notice: RpcNotice) => void>();
  readonly #closings = new Set<(error: Error) => void>();

  constructor(client: FakeClient, hasNotices = false) {
    this.#client = client;
    this.hasNotices = hasNotices;
  }

  async exchange({ body }: RpcExchange): Promise<readonly RpcReply[]> {
    this.bodies.push(body);
    if (this.failure !== undefined) throw this.failure;
    return repliesOf(parseAnswer(this.#client.answer(body)));
  }

  onNotice(listener: (notice: RpcNotice) => void): Unsubscribe {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  onClose(listener: (error: Error) => void): Unsubscribe {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }

  /** Sends a notice. */
  notify(notice: RpcNotice): void {
    for (const listener of [...this.#notices]) listener(notice);
  }

  close(): void {
    this.failure ??= new Error('closed');
  }
}

/** A client of the RPC over a channel in memory. */
export function fakeRpc(
  client: FakeClient,
  clock: Clock,
  hasNotices = false,
): { readonly channel: FakeChannel; readonly rpc: RpcClient } {
  const channel = new FakeChannel(client, hasNotices);
  return { channel, rpc: new RpcClient(channel, new RpcBudget(clock)) };
}
