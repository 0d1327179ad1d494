import type { ForkId } from '../chain/fork-id.ts';
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { ProtocolError } from '../p2p/errors.ts';
import type { Channel, ChannelPeer, Protocol, ProtocolMessage, ProtocolState } from '../p2p/protocol.ts';
import type { RequestTotals } from '../../shared/model/peer.ts';
import type { EndCause } from '../events/events.ts';
import { answerBodies, answerHeaders, answerPooledTransactions, answerReceipts } from './request-handler.ts';
import type { ChainView } from './chain-view.ts';
import { MAX_ETH_MESSAGE_SIZE, STATUS_PRECEDENCE_MS, STATUS_TIMEOUT_MS } from './constants.ts';
import { EthCodecError } from './errors.ts';
import { explainEthEnd, type ChainItems, type EndEvidence } from './explain-end.ts';
import { decodeHeader } from './headers.ts';
import { decodeEthMessage, encodeEthMessage, type EthMessage } from './messages.ts';
import type { AnswerTo, EthQuery, EthRequest } from './queries.ts';
import { announceRanges } from './range-updates.ts';
import { EthRequests } from './requests.ts';
import {
  blockRangeFault,
  compareStatus,
  type BlockRange,
  type Status,
  type StatusDifference,
} from './status.ts';
import {
  ETH_CODES,
  ETH_PROTOCOL_NAME,
  ETH_VERSION_NUMBERS,
  ETH_VERSIONS,
  ethMessageClass,
  ethMessageName,
  type EthVersion,
} from './versions.ts';

/** Receives the fork ID of every Status with our network ID and genesis block, accepted or not. */
export type ForkIdListener = (peer: ChannelPeer, forkId: ForkId) => void;

/** Creates the eth protocol in the given versions (default: all supported), for registration with sessions. */
export function createEthProtocols(
  chain: ChainView,
  versions: readonly EthVersion[] = ETH_VERSION_NUMBERS,
  onForkId: ForkIdListener = () => undefined,
): readonly Protocol[] {
  return versions.map((version) => ({
    name: ETH_PROTOCOL_NAME,
    version,
    length: ETH_VERSIONS[version].length,
    messageName: (code) => ethMessageName(version, code) ?? `Unused ${String(code)}`,
    classOf: ethMessageClass,
    run: async (channel) => {
      await new EthSession(version, chain, channel, onForkId).run();
    },
  }));
}

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
  readonly #chain: ChainView;
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
  /** Number of the head block, which the Status of eth/68 names only by hash. */
  #headNumber: bigint | undefined;

  constructor(version: EthVersion, chain: ChainView, channel: Channel, onForkId: ForkIdListener) {
    this.#onForkId = onForkId;
    this.version = version;
    this.#chain = chain;
    this.#channel = channel;
    this.#localStatus = createStatus(version, chain);
    this.#requests = new EthRequests({
      clock: channel.clock,
      send: (message) => {
        this.#send(message);
      },
      onTimeout: ({ name }) => {
        channel.report('timeout', `No answer to ${name}`);
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
    try {
      await this.#exchangeStatus();
      this.#learnHead();
      stopAnnouncing = this.#announceRanges();
      for (;;) {
        const message = await this.#channel.receive();
        this.#hasSentMessage = true;
        this.#handle(this.#decode(message));
        // Backpressure: stop reading requests while the peer does not read our answers.
        if (this.#channel.congested) await this.#channel.ready();
      }
    } finally {
      stopAnnouncing?.();
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
    const remote = this.#receiveStatus();
    if (this.#channel.peer.direction === 'outbound') await this.#givePrecedence(remote);
    this.#send({ name: 'Status', status: this.#localStatus });
    const { forkId } = this.#acceptStatus(await remote);
    this.#channel.established(`fork ${bytesToHex(forkId.hash)}`);
  }

  #announceRanges(): Unsubscribe | undefined {
    if (this.#localStatus.form !== 'block-range') return undefined;
    return announceRanges(this.#chain, this.#localStatus.range, (range) => {
      this.#send({ name: 'BlockRangeUpdate', range });
    });
  }

  /** Requests the head header once if Status names the head only by hash. */
  #learnHead(): void {
    const { headHash } = this;
    if (this.latestBlock !== undefined || headHash === undefined) return;
    const known = this.#chain.headerByHash(headHash);
    if (known !== undefined) {
      this.#headNumber = known.number;
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

  /** Resolves when the peer's Status has arrived or failed, or after STATUS_PRECEDENCE_MS. */
  async #givePrecedence(remote: Promise<Status>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#channel.clock.after(STATUS_PRECEDENCE_MS, resolve);
      const settle = (): void => {
        timer.cancel();
        resolve();
      };
      // The caller that awaits `remote` handles its error.
      remote.then(settle, settle);
    });
  }

  async #receiveStatus(): Promise<Status> {
    const { code, payload } = await this.#firstMessage();
    if (code !== ETH_CODES.Status) {
      const name = ethMessageName(this.version, code) ?? `code ${String(code)}`;
      throw new ProtocolError('status-missing', { message: name }, { stage: 'status' });
    }
    const message = this.#decode({ code, payload }, 'status');
    if (message.name !== 'Status') throw new TypeError('The code of Status decodes to Status');
    return message.status;
  }

  async #firstMessage(): Promise<ProtocolMessage> {
    const { clock } = this.#channel;
    let expire: (error: ProtocolError) => void = () => undefined;
    const expired = new Promise<never>((_, reject) => {
      expire = reject;
    });
    const timer = clock.after(STATUS_TIMEOUT_MS, () => {
      const seconds = STATUS_TIMEOUT_MS / 1000;
      expire(new ProtocolError('status-timeout', { seconds }, { stage: 'status' }));
    });
    try {
      return await Promise.race([this.#channel.receive(), expired]);
    } finally {
      timer.cancel();
    }
  }

  #acceptStatus(status: Status): Status {
    this.#remoteStatus = status;
    this.#remoteStatusAt = this.#channel.clock.monotonic();
    if (isOfChain(status, this.#localStatus)) this.#onForkId(this.#channel.peer, status.forkId);
    this.#difference = compareStatus(this.#localStatus, status, this.#chain.forkFilter);
    if (this.#difference !== undefined) {
      throw ProtocolError.of(this.#difference, { stage: 'status' });
    }
    this.#accepted = true;
    if (status.form === 'block-range') this.#remoteRange = status.range;
    this.#channel.logger.debug('Status accepted', {
      peer: this.#channel.peer.idHex,
      forkId: bytesToHex(status.forkId.hash),
      latest: this.latestBlock,
    });
    return status;
  }

  #decode(message: ProtocolMessage, stage: 'status' | 'running' = 'running'): EthMessage {
    const { code, payload } = message;
    if (payload.length > MAX_ETH_MESSAGE_SIZE) {
      const facts = { size: payload.length, limit: MAX_ETH_MESSAGE_SIZE };
      throw new ProtocolError('message-too-large', facts, { reason: 'subprotocol-error', stage });
    }
    try {
      return decodeEthMessage(this.version, code, payload);
    } catch (cause) {
      if (!(cause instanceof EthCodecError)) throw cause;
      throw ProtocolError.of(cause, { cause, stage });
    }
  }

  #handle(message: EthMessage): void {
    switch (message.name) {
      case 'GetBlockHeaders':
      case 'GetBlockBodies':
      case 'GetReceipts':
      case 'GetPooledTransactions':
        this.#answer(message);
        return;
      case 'BlockRangeUpdate':
        this.#updateRange(message.range);
        return;
      case 'Transactions':
      case 'NewPooledTransactionHashes':
        // Ignored, because this node has no transaction pool; the session has counted them.
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
        this.#requests.settle(message);
        return;
    }
  }

  #answer(request: EthRequest): void {
    const message = answer(this.#chain, request);
    if (request.name !== 'GetPooledTransactions') {
      const items = missingItems(request, message);
      this.#lastEmptyAnswer =
        items === undefined ? undefined : { items, at: this.#channel.clock.monotonic() };
    }
    this.#send(message);
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

function answer(chain: ChainView, request: EthRequest): EthMessage {
  const { requestId } = request;
  switch (request.name) {
    case 'GetBlockHeaders':
      return { name: 'BlockHeaders', requestId, headers: answerHeaders(chain, request.query) };
    case 'GetBlockBodies':
      return { name: 'BlockBodies', requestId, bodies: answerBodies(chain, request.hashes) };
    case 'GetReceipts':
      return { name: 'Receipts', requestId, blocks: answerReceipts(chain, request.hashes) };
    case 'GetPooledTransactions':
      return {
        name: 'PooledTransactions',
        requestId,
        transactions: answerPooledTransactions(chain, request.hashes),
      };
  }
}

const isOfChain = (status: Status, ours: Status): boolean =>
  status.networkId === ours.networkId && equalBytes(status.genesisHash, ours.genesisHash);

/** Kind of the requested chain items when the answer has none of them. Missing transactions do not count, because no pool has all transactions. */
function missingItems(request: EthRequest, sent: EthMessage): ChainItems | undefined {
  switch (sent.name) {
    case 'BlockHeaders':
      return request.name === 'GetBlockHeaders' && request.query.limit > 0n && sent.headers.length === 0
        ? 'headers'
        : undefined;
    case 'BlockBodies':
      return request.name === 'GetBlockBodies' && request.hashes.length > 0 && sent.bodies.length === 0
        ? 'block bodies'
        : undefined;
    case 'Receipts':
      return request.name === 'GetReceipts' && request.hashes.length > 0 && sent.blocks.length === 0
        ? 'receipts'
        : undefined;
    default:
      return undefined;
  }
}

/** Creates our Status in the form of `version`. */
function createStatus(version: EthVersion, chain: ChainView): Status {
  const { networkId, genesisHash } = chain;
  const common = { version, networkId, genesisHash, forkId: chain.forkId() };
  const range = chain.range();
  if (ETH_VERSIONS[version].status === 'block-range') return { ...common, form: 'block-range', range };
  const totalDifficulty = chain.totalDifficulty();
  return { ...common, form: 'total-difficulty', totalDifficulty, headHash: range.latestHash };
}
