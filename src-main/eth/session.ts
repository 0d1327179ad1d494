import type { ForkId } from '../chain/fork-id.ts';
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { ProtocolError } from '../p2p/errors.ts';
import type { Channel, ChannelPeer, Protocol, ProtocolState } from '../p2p/protocol.ts';
import type { RequestTotals } from '../../shared/model/peer.ts';
import type { EndCause } from '../events/events.ts';
import type { ChainSource, TransactionSource } from './chain-source.ts';
import { STATUS_PRECEDENCE_MS } from './constants.ts';
import { explainEthEnd, type ChainItems, type EndEvidence } from './explain-end.ts';
import { decodeHeader } from './headers.ts';
import { isOfSameChain, localStatus } from './local-status.ts';
import { encodeEthMessage, type EthMessage } from './messages.ts';
import type { AnswerTo, EthQuery, EthRequest, EthRequestName } from './queries.ts';
import type { TransactionGossip } from './gossip.ts';
import { announceRanges } from './range-updates.ts';
import { decodeReceived } from './received-message.ts';
import { RequestServer } from './request-server.ts';
import { EthRequests } from './requests.ts';
import { Serving, type ServedCounts, type ServedOutcome } from './serving.ts';
import { SessionGossip } from './session-gossip.ts';
import { receiveStatus, settledOrLate } from './status-exchange.ts';
import {
  blockRangeFault,
  compareStatus,
  type BlockRange,
  type Status,
  type StatusDifference,
} from './status.ts';
import {
  ETH_PROTOCOL_NAME,
  ETH_VERSION_NUMBERS,
  ETH_VERSIONS,
  ethMessageClass,
  ethMessageName,
  type EthVersion,
} from './versions.ts';

/** Receives the fork ID of every Status with our network ID and genesis block, accepted or not. */
export type ForkIdListener = (peer: ChannelPeer, forkId: ForkId) => void;

/** What the sessions of a node share. */
export interface EthParts {
  readonly chain: ChainSource;
  /** Undefined for a node without a transaction pool. */
  readonly transactions: Pick<TransactionSource, 'raw'> | undefined;
  readonly serving: Serving;
  /** Undefined for a node that drops what it hears of transactions. */
  readonly gossip: TransactionGossip | undefined;
  readonly onForkId: ForkIdListener;
}

/** Creates the eth protocol in the given versions (default: all supported), for registration with sessions. */
export function createEthProtocols(
  chain: ChainSource,
  versions: readonly EthVersion[] = ETH_VERSION_NUMBERS,
  options: Partial<Omit<EthParts, 'chain'>> = {},
): readonly Protocol[] {
  const { transactions, serving = new Serving(), gossip, onForkId = () => undefined } = options;
  const parts: EthParts = { chain, transactions, serving, gossip, onForkId };
  return versions.map((version) => ({
    name: ETH_PROTOCOL_NAME,
    version,
    length: ETH_VERSIONS[version].length,
    messageName: (code) => ethMessageName(version, code) ?? `Unused ${String(code)}`,
    classOf: ethMessageClass,
    run: async (channel) => {
      await new EthSession(version, parts, channel).run();
    },
  }));
}

/** The kinds of chain data by their requests. */
const CHAIN_ITEMS: Readonly<Record<Exclude<EthRequestName, 'GetPooledTransactions'>, ChainItems>> = {
  GetBlockHeaders: 'headers',
  GetBlockBodies: 'block bodies',
  GetReceipts: 'receipts',
  GetBlockAccessLists: 'block access lists',
};

/** Returns the EthSession of a session; undefined when eth does not run on it. */
export function ethSessionOf(session: {
  state(protocolName: string): ProtocolState | undefined;
}): EthSession | undefined {
  const state = session.state(ETH_PROTOCOL_NAME);
  return state instanceof EthSession ? state : undefined;
}

/** The eth protocol on one session: exchanges and checks Status, then answers requests and tracks the peer's block range. */
export class EthSession implements ProtocolState {
  readonly version: EthVersion;
  readonly #chain: ChainSource;
  readonly #channel: Channel;
  readonly #onForkId: ForkIdListener;
  readonly #localStatus: Status;
  #remoteStatus: Status | undefined;
  #remoteStatusAt = 0;
  #difference: StatusDifference | undefined;
  #accepted = false;
  #hasSentMessage = false;
  #lastEmptyAnswer: EndEvidence['lastEmptyAnswer'];
  #remoteRange: BlockRange | undefined;
  readonly #requests: EthRequests;
  readonly #server: RequestServer;
  readonly #gossip: SessionGossip;
  /** Number of the head block, which the Status of eth/68 names only by hash. */
  #headNumber: bigint | undefined;

  constructor(version: EthVersion, parts: EthParts, channel: Channel) {
    const { chain, transactions, serving, gossip, onForkId } = parts;
    this.#onForkId = onForkId;
    this.version = version;
    this.#chain = chain;
    this.#channel = channel;
    this.#localStatus = localStatus(version, chain);
    this.#requests = new EthRequests({
      version,
      clock: channel.clock,
      send: (message) => {
        this.#send(message);
      },
      onTimeout: ({ name }) => {
        channel.report('timeout', `No answer to ${name}`);
      },
    });
    this.#server = new RequestServer({
      ...{ channel, serving },
      from: { chain, transactions, version, clock: channel.clock, peer: channel.peer.idHex },
      send: (answer, request, outcome) => {
        this.#noteLack(request, outcome);
        this.#send(answer);
      },
    });
    this.#gossip = new SessionGossip(gossip, channel, {
      ask: (query) => this.#requests.ask(query),
      send: (message) => {
        this.#send(message);
      },
    });
    channel.publish(this);
  }

  /** Status that we sent. */
  get localStatus(): Status {
    return this.#localStatus;
  }

  /** Status of the peer, also when it was refused; undefined before it arrived. */
  get remoteStatus(): Status | undefined {
    return this.#remoteStatus;
  }

  /** Whether the peer's Status is compatible with ours. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Block range that the peer last announced; undefined in eth/68, which has no ranges. */
  get remoteRange(): BlockRange | undefined {
    return this.#remoteRange;
  }

  /** Number of the peer's latest block; in eth/68 undefined until the peer has answered a request for its head header. */
  get latestBlock(): bigint | undefined {
    return this.#remoteRange?.latest ?? this.#headNumber;
  }

  /** Totals of our requests on this session. */
  get requests(): RequestTotals {
    return this.#requests.totals;
  }

  /** Our requests by kind, and those in flight. */
  get requestDetails(): Pick<EthRequests, 'counts' | 'inFlight'> {
    return this.#requests;
  }

  /** What the peer requested and got, by kind. */
  get served(): readonly ServedCounts[] {
    return this.#server.counts;
  }

  /** Sends a request to the peer. A wrong answer ends the session. @throws EthRequestError when there is no answer */
  ask<Query extends EthQuery>(query: Query): Promise<AnswerTo<Query>> {
    return this.#requests.ask(query);
  }

  /** Hash of the peer's latest block. */
  get headHash(): Uint8Array | undefined {
    if (this.#remoteRange !== undefined) return this.#remoteRange.latestHash;
    return this.#remoteStatus?.form === 'total-difficulty' ? this.#remoteStatus.headHash : undefined;
  }

  /** Runs until the session ends. @throws ProtocolError, or ChannelClosedError when the session ended otherwise */
  async run(): Promise<void> {
    let stopAnnouncing: Unsubscribe | undefined;
    const stopServing = (): void => {
      this.#server.close();
    };
    // It also ends the wait for room below.
    this.#channel.onClose(stopServing);
    try {
      await this.#exchangeStatus();
      this.#learnHead();
      stopAnnouncing = this.#announceRanges();
      this.#gossip.join();
      for (;;) {
        const message = await this.#channel.receive();
        this.#hasSentMessage = true;
        this.#handle(decodeReceived(this.version, message), message.payload.length);
        // Backpressure: stop reading requests while the peer does not read our answers, or has too many open.
        if (this.#channel.congested) await this.#channel.ready();
        if (this.#server.isFull) await this.#server.room();
      }
    } finally {
      stopAnnouncing?.();
      this.#gossip.leave();
      stopServing();
      this.#requests.close();
    }
  }

  explainEnd(cause: EndCause): EndCause | undefined {
    return explainEthEnd(cause, {
      now: this.#channel.clock.monotonic(),
      localStatus: this.#localStatus,
      remoteStatus: this.#remoteStatus,
      remoteStatusAt: this.#remoteStatusAt,
      difference: this.#difference,
      hasSentMessage: this.#hasSentMessage,
      lastEmptyAnswer: this.#lastEmptyAnswer,
    });
  }

  async #exchangeStatus(): Promise<void> {
    const remote = receiveStatus(this.#channel, this.version);
    // The caller that awaits `remote` handles its error.
    if (this.#channel.peer.direction === 'outbound') {
      await settledOrLate(remote, this.#channel.clock, STATUS_PRECEDENCE_MS);
    }
    this.#send({ name: 'Status', status: this.#localStatus });
    const { forkId } = this.#acceptStatus(await remote);
    // Our Status may still wait for a turn of the event loop.
    await this.#channel.ready();
    this.#channel.established(`fork ${bytesToHex(forkId.hash)}`);
  }

  #announceRanges(): Unsubscribe | undefined {
    if (this.#localStatus.form !== 'block-range') return undefined;
    return announceRanges(this.#chain, this.#localStatus.range, (range) => {
      this.#send({ name: 'BlockRangeUpdate', range });
    });
  }

  /** Requests the head header once if Status names the head only by hash, unless it is the head of our chain. */
  #learnHead(): void {
    const { headHash } = this;
    if (this.latestBlock !== undefined || headHash === undefined) return;
    const { latest, latestHash } = this.#chain.range();
    if (equalBytes(headHash, latestHash)) {
      this.#headNumber = latest;
      return;
    }
    const query = { start: { hash: headHash }, limit: 1n, skip: 0n, reverse: false };
    this.ask({ name: 'GetBlockHeaders', query }).then(
      ({ headers: [header] }) => {
        if (header !== undefined) this.#headNumber = decodeHeader(header).number;
      },
      () => undefined,
    );
  }

  #acceptStatus(status: Status): Status {
    this.#remoteStatus = status;
    this.#remoteStatusAt = this.#channel.clock.monotonic();
    if (isOfSameChain(status, this.#localStatus)) this.#onForkId(this.#channel.peer, status.forkId);
    this.#difference = compareStatus(this.#localStatus, status, this.#chain.forkFilter);
    if (this.#difference !== undefined) {
      throw ProtocolError.of(this.#difference, { stage: 'status' });
    }
    this.#accepted = true;
    if (status.form === 'block-range') this.#remoteRange = status.range;
    this.#channel.logger.debug('Status accepted', {
      id: this.#channel.peer.idHex,
      forkId: bytesToHex(status.forkId.hash),
      latest: this.latestBlock,
    });
    return status;
  }

  /** @param bytes size of the message */
  #handle(message: EthMessage, bytes: number): void {
    switch (message.name) {
      case 'GetBlockHeaders':
      case 'GetBlockBodies':
      case 'GetReceipts':
      case 'GetPooledTransactions':
      case 'GetBlockAccessLists':
        this.#server.accept(message, bytes);
        return;
      case 'BlockRangeUpdate':
        this.#updateRange(message.range);
        return;
      case 'Transactions':
      case 'NewPooledTransactionHashes':
        this.#gossip.receive(message);
        return;
      case 'NewBlock':
      case 'NewBlockHashes':
        if (ETH_VERSIONS[this.version].blockAnnouncements) return;
        throw new ProtocolError('obsolete-message', {
          message: message.name,
          protocol: `eth/${String(this.version)}`,
        });
      case 'Status':
        throw new ProtocolError('unexpected-status');
      case 'BlockHeaders':
      case 'BlockBodies':
      case 'Receipts':
      case 'PooledTransactions':
      case 'BlockAccessLists':
        this.#requests.settle(message);
        return;
    }
  }

  /**
   * Keeps the kind of the items that our last answer lacked. Missing transactions do not count, because no pool has all
   * transactions; nor does what the source did not give in time, because it may have it.
   */
  #noteLack({ name }: EthRequest, outcome: ServedOutcome): void {
    if (name === 'GetPooledTransactions') return;
    this.#lastEmptyAnswer =
      outcome === 'empty' ? { items: CHAIN_ITEMS[name], at: this.#channel.clock.monotonic() } : undefined;
  }

  #updateRange(range: BlockRange): void {
    const fault = blockRangeFault(range);
    if (fault !== undefined) throw new ProtocolError('invalid-block-range', { detail: fault });
    this.#remoteRange = range;
  }

  #send(message: EthMessage): void {
    const { code, payload } = encodeEthMessage(this.version, message);
    this.#channel.send(code, payload);
  }
}
