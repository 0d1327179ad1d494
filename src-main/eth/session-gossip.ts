import type { ProtocolError } from '../p2p/errors.ts';
import type { Channel } from '../p2p/protocol.ts';
import type { AnnouncedTransaction, GossipPeer, GossipReceiver, TransactionGossip } from './gossip.ts';
import type { EthMessage, EthMessageOf } from './messages.ts';
import type { AnswerTo, EthQuery } from './queries.ts';
import { transactionItem, unwrapTransaction } from './transactions.ts';

/** What the gossip of a session uses of it. */
export interface SessionGossipHost {
  ask<Query extends EthQuery>(query: Query): Promise<AnswerTo<Query>>;
  send(message: EthMessage): void;
}

/** The transaction messages of one session. Without `gossip` they are ignored; the session has counted them. */
export class SessionGossip implements GossipPeer {
  readonly idHex: string;
  readonly #gossip: TransactionGossip | undefined;
  readonly #channel: Pick<Channel, 'fail'>;
  readonly #host: SessionGossipHost;
  #receiver: GossipReceiver | undefined;

  constructor(
    gossip: TransactionGossip | undefined,
    channel: Pick<Channel, 'peer' | 'fail'>,
    host: SessionGossipHost,
  ) {
    this.idHex = channel.peer.idHex;
    this.#gossip = gossip;
    this.#channel = channel;
    this.#host = host;
  }

  /** The peer's Status was accepted. */
  join(): void {
    this.#receiver = this.#gossip?.join(this);
  }

  /** The session has ended. */
  leave(): void {
    this.#receiver?.onLeft();
    this.#receiver = undefined;
  }

  receive(message: EthMessageOf<'Transactions' | 'NewPooledTransactionHashes'>): void {
    if (this.#receiver === undefined) return;
    if (message.name === 'Transactions')
      this.#receiver.onTransactions(message.transactions.map(unwrapTransaction));
    else this.#receiver.onAnnounced(announced(message));
  }

  async ask(hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const { transactions } = await this.#host.ask({ name: 'GetPooledTransactions', hashes });
    return transactions.map(unwrapTransaction);
  }

  announce(transactions: readonly AnnouncedTransaction[]): void {
    this.#host.send({
      name: 'NewPooledTransactionHashes',
      types: Uint8Array.from(transactions, ({ type }) => type),
      sizes: transactions.map(({ size }) => size),
      hashes: transactions.map(({ hash }) => hash),
    });
  }

  sendWhole(transactions: readonly Uint8Array[]): void {
    this.#host.send({ name: 'Transactions', transactions: transactions.map(transactionItem) });
  }

  end(error: ProtocolError): void {
    this.#channel.fail(error);
  }
}

function announced({
  types,
  sizes,
  hashes,
}: EthMessageOf<'NewPooledTransactionHashes'>): readonly AnnouncedTransaction[] {
  return hashes.map((hash, at) => ({ hash, type: types[at] ?? 0, size: sizes[at] ?? 0 }));
}
