import type { Failure } from '../../shared/causes/facts.ts';
import type { ClientLack } from '../../shared/model/chain.ts';
import { asFailure, describeError } from '../base/errors.ts';
import { equalBytes } from '../base/bytes.ts';
import type { Clock, Logger, Random, Startable, Unsubscribe } from '../base/runtime.ts';
import {
  createForkFilter,
  forkIdAt,
  type ChainPosition,
  type ForkFilter,
  type ForkId,
} from '../chain/fork-id.ts';
import type { Network } from '../chain/networks.ts';
import type { AnswerLimits, ChainSource, TransactionSource } from '../eth/chain-source.ts';
import { decodeHeader, type BlockHeader } from '../eth/headers.ts';
import type { BlockBody, HeaderQuery } from '../eth/messages.ts';
import type { Receipt } from '../eth/receipts.ts';
import type { BlockRange } from '../eth/status.ts';
import { ChainReader, createHeaderCache } from './chain-reader.ts';
import { OLDEST_BLOCK_MS } from './constants.ts';
import type { ClientIdentity } from './dialect.ts';
import { HeadFollower } from './head-follower.ts';
import { findOldestBlock } from './oldest-block.ts';
import { RpcBudget, type BudgetLimits } from './rpc-budget.ts';
import type { RpcSockets } from './rpc-channel.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';
import {
  connectedClient,
  SentryConnection,
  type ConnectedClient,
  type ConnectionPhase,
} from './sentry-connection.ts';
import { SentryTransactions } from './sentry-transactions.ts';
import type { EncodedHeader } from './verify.ts';

/** What the source is doing, for health and window. */
export interface SentryState {
  /** The address of the client, without the parts of a URL that may be secret. */
  readonly client: string;
  readonly phase: ConnectionPhase;
  /** When the phase began, milliseconds since 1970. */
  readonly since: number;
  /** Who answered last; undefined before the first connect. */
  readonly identity: ClientIdentity | undefined;
  readonly lacks: readonly ClientLack[];
  /** The range that is announced: that of the client, or while it is away the last one. */
  readonly range: BlockRange;
  /** Time of the head, seconds since 1970. */
  readonly headTime: bigint;
  /** Why the client is away, or was last. */
  readonly lastError: Failure | undefined;
  /** Items that were not the requested ones, and what was wrong with the last. */
  readonly wrongItems: number;
  readonly lastWrongItem: Failure | undefined;
}

/** What the source works with. */
export interface SentryServices {
  readonly endpoint: RpcEndpoint;
  readonly sockets: RpcSockets;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly budget?: BudgetLimits;
}

/**
 * The chain and the transaction pool of an execution client, through its RPC. Every item is verified before it is given.
 * Before the first connect the range is the genesis block; while the client is away it stays what it was, and each
 * question is rejected with `rpc-away`.
 */
export class SentrySource implements ChainSource, Startable {
  readonly networkId: bigint;
  readonly genesisHash: Uint8Array;
  readonly forkFilter: ForkFilter;
  readonly transactions: TransactionSource;
  readonly #services: SentryServices;
  readonly #budget: RpcBudget;
  readonly #connection: SentryConnection;
  readonly #pool: SentryTransactions;
  readonly #headers = createHeaderCache();
  readonly #genesis: BlockHeader;
  readonly #rangeListeners = new Set<() => void>();
  readonly #stateListeners = new Set<() => void>();
  #head: BlockHeader;
  /** Number of the client's oldest block, which can be above its head. */
  #oldest = 0n;
  #reader: ChainReader | undefined;
  #identity: ClientIdentity | undefined;
  #lacks: readonly ClientLack[] = [];
  #wrongItems = 0;
  #lastWrongItem: Failure | undefined;

  constructor(services: SentryServices) {
    const { network, clock, random, logger, endpoint, sockets } = services;
    this.#services = services;
    this.networkId = network.networkId;
    this.genesisHash = network.genesisHash;
    this.#genesis = decodeHeader(network.genesisHeaderRlp);
    this.#head = this.#genesis;
    this.forkFilter = createForkFilter(network, () => this.#position());
    this.#budget = new RpcBudget(clock, services.budget);
    this.#pool = new SentryTransactions({ clock, logger, onWrong: this.#onWrong });
    this.transactions = this.#pool;
    this.#connection = new SentryConnection({
      ...{ endpoint, sockets, clock, random, logger },
      budget: this.#budget,
      genesisHash: network.genesisHash,
      onConnected: (client) => this.#take(client),
      onChange: () => {
        this.#changed(this.#stateListeners);
      },
    });
  }

  /** Begins to connect, also after a stop; returns before the client is connected. */
  async start(): Promise<void> {
    this.#budget.open();
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#connection.stop();
    this.#pool.stop();
    this.#budget.close();
  }

  /** What the source is doing now. */
  state(): SentryState {
    return {
      client: this.#services.endpoint.label,
      phase: this.#connection.phase,
      since: this.#connection.since,
      identity: this.#identity,
      lacks: this.#lacks,
      range: this.range(),
      headTime: this.#head.time,
      lastError: this.#connection.lastError,
      wrongItems: this.#wrongItems,
      lastWrongItem: this.#lastWrongItem,
    };
  }

  /** Calls `listener` when the phase of the connection changes, and on each retry. */
  onState(listener: () => void): Unsubscribe {
    this.#stateListeners.add(listener);
    return () => {
      this.#stateListeners.delete(listener);
    };
  }

  forkId(): ForkId {
    const { number, time } = this.#position();
    return forkIdAt(this.#services.network, number, time);
  }

  range(): BlockRange {
    const { number: latest, hash: latestHash } = this.#head;
    return { earliest: this.#oldest < latest ? this.#oldest : latest, latest, latestHash };
  }

  onChange(listener: () => void): Unsubscribe {
    this.#rangeListeners.add(listener);
    return () => {
      this.#rangeListeners.delete(listener);
    };
  }

  /** Clients no longer tell the total difficulty. Since the merge peers of eth/68 compare nothing with it. */
  totalDifficulty(): bigint {
    return this.#genesis.difficulty;
  }

  /** @param peer the ID of the peer that asks, for its share of the budget */
  async headers(query: HeaderQuery, limits: AnswerLimits, peer?: string): Promise<readonly Uint8Array[]> {
    return await this.#present().headers(query, limits, this.#head.number, { peer });
  }

  /** @param peer as of `headers` */
  async bodies(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly BlockBody[]> {
    return await this.#present().bodies(hashes, limits, { peer });
  }

  /** @param peer as of `headers` */
  async receipts(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly (readonly Receipt[])[]> {
    return await this.#present().receipts(hashes, limits, { peer });
  }

  /** @param peer as of `headers` */
  async accessLists(
    hashes: readonly Uint8Array[],
    limits: AnswerLimits,
    peer?: string,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return await this.#present().accessLists(hashes, limits, { peer });
  }

  #position(): ChainPosition {
    return { number: this.#head.number, time: this.#head.time };
  }

  /** The reader of the connected client. @throws RpcError `rpc-away` */
  #present(): ChainReader {
    const { client, dialect } = connectedClient(this.#connection);
    this.#reader ??= this.#readerOf(client, dialect);
    return this.#reader;
  }

  #readerOf(client: ConnectedClient['client'], dialect: ConnectedClient['dialect']): ChainReader {
    const { genesisHash } = this;
    return new ChainReader({ client, dialect, headers: this.#headers, genesisHash, onWrong: this.#onWrong });
  }

  /** Takes a probed client: its head and oldest block, then the following of both. */
  async #take(connected: ConnectedClient): Promise<void> {
    const { client, dialect, identity, lacks, scope, fail } = connected;
    this.#identity = identity;
    this.#lacks = lacks;
    const reader = this.#readerOf(client, dialect);
    this.#reader = reader;
    if (dialect.headers) {
      const head = await reader.head();
      const oldest = await findOldestBlock(client, dialect, head.header.number);
      if (scope.closed) return;
      this.#setRange(head, oldest);
      const onHead = async (next: EncodedHeader): Promise<void> => {
        this.#setRange(next, this.#oldest);
      };
      const { random } = this.#services;
      await new HeadFollower({ client, dialect, reader, scope, random, onHead, onFailed: fail }).start();
      this.#followOldest(connected);
    }
    await this.#pool.attach(connected);
  }

  #followOldest({ client, dialect, scope }: ConnectedClient): void {
    scope.every(
      () => OLDEST_BLOCK_MS,
      () => {
        findOldestBlock(client, dialect, this.#head.number).then(
          (oldest) => {
            if (!scope.closed) this.#setRange({ header: this.#head }, oldest);
          },
          (error: unknown) => {
            this.#services.logger.debug('the oldest block is not known', { reason: describeError(error) });
          },
        );
      },
    );
  }

  #setRange({ header }: Pick<EncodedHeader, 'header'>, oldest: bigint): void {
    if (oldest === this.#oldest && equalBytes(header.hash, this.#head.hash)) return;
    this.#oldest = oldest;
    this.#head = header;
    this.#changed(this.#rangeListeners);
  }

  readonly #onWrong = (error: Error): void => {
    this.#wrongItems += 1;
    this.#lastWrongItem = asFailure(error);
    this.#services.logger.warn('the client sent a wrong item', { reason: error.message });
  };

  #changed(listeners: ReadonlySet<() => void>): void {
    for (const listener of [...listeners]) listener();
  }
}
