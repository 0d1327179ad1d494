import type { ProtocolError } from '../p2p/errors.ts';

/** A transaction as announcements name it. */
export interface AnnouncedTransaction {
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** EIP-2718; 0 for a legacy transaction. */
  readonly type: number;
  /** Bytes of its encoding (EIP-2718), with the sidecar of a blob transaction. */
  readonly size: number;
}

/** A peer whose Status is accepted, for what relays transactions. Transactions are encoded as EIP-2718 says. */
export interface GossipPeer {
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
  /** Requests pooled transactions. @throws EthRequestError when there is no answer */
  ask(hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** Announces transactions. Dropped when the peer does not read. */
  announce(transactions: readonly AnnouncedTransaction[]): void;
  /** Sends whole transactions. Dropped when the peer does not read. */
  sendWhole(transactions: readonly Uint8Array[]): void;
  /** Ends the session with the reason of the error. */
  end(error: ProtocolError): void;
}

/** Receives what one peer sends about transactions. Byte strings are views of its messages: copy them to keep them. */
export interface GossipReceiver {
  onAnnounced(transactions: readonly AnnouncedTransaction[]): void;
  /** Whole transactions that were not requested. */
  onTransactions(transactions: readonly Uint8Array[]): void;
  /** The session has ended. */
  onLeft(): void;
}

/** What relays transactions between the eth sessions of a node and its transaction pool. */
export interface TransactionGossip {
  /** A peer whose Status was accepted. */
  join(peer: GossipPeer): GossipReceiver;
}
