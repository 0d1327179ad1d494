import type {
  ComposerInput,
  ComposerPreview,
  ComposerProtocol,
  ComposerResult,
  ComposerTarget,
} from '../../shared/model/composer.ts';
import { ApiError } from '../api/api-error.ts';
import type { ComposerControl, RawConsent } from '../api/backend.ts';
import type { LivePeer } from '../api/peer-view.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { bytesToHex, hexToBytes, to0x } from '../base/bytes.ts';
import { requestIdOf } from '../base/request-id.ts';
import type { Clock } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';
import type { ComposedEnd, ComposedMessage } from '../p2p/composed-requests.ts';
import { BASE_PROTOCOL } from '../p2p/messages.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { frameBytesOf } from '../rlpx/frame-codec.ts';
import { encodeMessage } from '../wire/encode.ts';
import { describeMessage, type MessageSchema, type ProtocolSchema } from '../wire/message-schema.ts';
import { protocolSchema } from '../wire/registry.ts';
import type { ComposerDiscovery } from './composer-discovery.ts';
import { watchRecords } from './composer-records.ts';
import { composerMessages, enteredValue, hasRequestId } from './composer-values.ts';
import type { CurrentNode } from './running-node.ts';

/** Messages to one node: our choice, enough for a person and too few for a flood. */
const SEND_LIMIT = { burst: 8, perSecond: 1 };

/** BOUNDED: bytes of a composed message (our choice); the request itself is small. */
const MAX_PAYLOAD = 65_536;

/** BOUNDED: nodes whose limit is remembered. */
const MAX_LIMITS = 256;

/** What the composer works with. */
export interface ComposerParts {
  readonly clock: Clock;
  readonly current: CurrentNode;
  readonly recorder: Recorder;
  readonly discovery: ComposerDiscovery;
  /** Finds a node by node ID, enode URL or record. @throws ApiError `invalid-node` with the field `node` */
  readonly nodeOf: (text: string) => Node;
}

/** Sends requests that a person composed: on a session, or with discovery. */
export class ComposerController implements ComposerControl {
  readonly #parts: ComposerParts;
  /** By node ID. BOUNDED: MAX_LIMITS. */
  readonly #limits = new BoundedMap<string, TokenBucket>(MAX_LIMITS);

  constructor(parts: ComposerParts) {
    this.#parts = parts;
  }

  /** @throws ApiError `invalid-node` */
  messages(node: string): ComposerTarget {
    const target = this.#target(node);
    const peer = this.#peer(target.id);
    const onSession = peer?.session.stage === 'running' ? sessionProtocols(peer) : [];
    const protocols = [...onSession, ...this.#parts.discovery.protocols(target.node)];
    return {
      id: target.id,
      name: peer === undefined ? null : (peer.label ?? peer.session.clientName),
      isConnected: peer !== undefined,
      isListed: peer !== undefined && isListed(peer),
      protocols,
      refusal: protocols.length > 0 ? null : this.#refusal(peer),
    };
  }

  /** The bytes that `send` would send. @throws ApiError with the field that is wrong */
  preview(input: ComposerInput): ComposerPreview {
    const { discovery } = this.#parts;
    const target = this.#target(input.node);
    if (discovery.has(input.protocol)) {
      discovery.check(input);
      return { payload: null, plainBytes: null, wireBytes: null, requestId: null };
    }
    const { peer, schema } = this.#session(target.id, input.protocol);
    const id = peer.session.composed.nextId;
    const { payload, requestId } = composed(schema, input, id);
    return {
      payload: bytesToHex(payload),
      plainBytes: payload.length,
      wireBytes: frameBytesOf(payload),
      requestId: requestId === undefined ? null : String(requestId),
    };
  }

  /**
   * Sends a message and waits for its answer.
   * @throws ApiError `too-many-requests`, `not-connected`, `confirmation-needed`, or with the field that is wrong
   */
  async send(input: ComposerInput, consent: RawConsent): Promise<ComposerResult> {
    const { discovery } = this.#parts;
    const target = this.#target(input.node);
    if (discovery.has(input.protocol)) {
      discovery.check(input);
      this.#takeToken(target.id);
      return discovery.send(target.node, input);
    }
    const { peer, schema } = this.#session(target.id, input.protocol);
    if (input.raw !== null) assertConsent(peer, consent);
    const message = composed(schema, input, peer.session.composed.nextId);
    assertFree(peer, message);
    this.#takeToken(target.id);
    if (input.raw === null) peer.session.composed.takeId();
    return this.#sendOnSession(peer, schema, message);
  }

  async #sendOnSession(
    { session }: LivePeer,
    schema: ProtocolSchema,
    message: ComposedMessage,
  ): Promise<ComposerResult> {
    const { recorder } = this.#parts;
    const records = watchRecords(recorder, session.idHex, message);
    try {
      const end = session.compose(message);
      if (end === undefined) throw notConnected();
      const ended = await end;
      const { requestSeq, answerSeq } = records.found();
      const requestId = message.requestId === undefined ? null : String(message.requestId);
      return { ...resultOf(schema, message, ended), requestId, requestSeq, answerSeq };
    } finally {
      records.stop();
    }
  }

  /** @throws ApiError `not-connected`, `invalid-parameters` */
  #session(id: string, protocol: string): { readonly peer: LivePeer; readonly schema: ProtocolSchema } {
    const peer = this.#peer(id);
    if (peer === undefined) throw notConnected();
    const isSpoken = protocol === BASE_PROTOCOL || peer.session.negotiated.includes(protocol);
    const schema = isSpoken ? protocolSchema(protocol) : undefined;
    if (schema !== undefined) return { peer, schema };
    throw new ApiError('invalid-parameters', `This session does not speak ${protocol}.`, 'protocol');
  }

  /** @throws ApiError `too-many-requests` */
  #takeToken(id: string): void {
    const { clock } = this.#parts;
    const limit = this.#limits.get(id) ?? new TokenBucket(clock, SEND_LIMIT);
    this.#limits.set(id, limit);
    if (limit.take()) return;
    throw new ApiError(
      'too-many-requests',
      `At most ${String(SEND_LIMIT.perSecond)} message a second is sent to a node. Wait a moment.`,
    );
  }

  #target(text: string): { readonly id: string; readonly node: Node | undefined } {
    const id = nodeIdIn(text.trim());
    const peer = id === undefined ? undefined : this.#peer(id);
    if (id !== undefined && peer !== undefined) return { id, node: peer.node };
    const node = this.#parts.nodeOf(text);
    return { id: node.idHex, node };
  }

  #peer(id: string): LivePeer | undefined {
    return this.#parts.current.node?.peers().find(({ session }) => session.idHex === id);
  }

  #refusal(peer: LivePeer | undefined): string {
    if (this.#parts.current.node === undefined) return 'The node is stopped.';
    if (peer !== undefined) return 'The handshakes of this session are not complete.';
    return 'There is no session with this node, and discovery is off or does not know its address.';
  }
}

const notConnected = (): ApiError =>
  new ApiError('not-connected', 'There is no session with this node.', 'node');

const isListed = ({ kind }: LivePeer): boolean => kind.static || kind.trusted;

function sessionProtocols({ session, eth }: LivePeer): readonly ComposerProtocol[] {
  const hash = eth?.headHash;
  const hints = {
    latestBlock: eth?.latestBlock?.toString() ?? null,
    headHash: hash === undefined ? null : to0x(hash),
    target: null,
  };
  return [...session.negotiated, BASE_PROTOCOL].flatMap((protocol) => {
    const schema = protocolSchema(protocol);
    if (schema === undefined) return [];
    // A raw Hello or Disconnect would end the session without its state following.
    const allowsRaw = protocol !== BASE_PROTOCOL;
    return [{ protocol, allowsRaw, messages: composerMessages(schema, hints) }];
  });
}

/** @throws ApiError `invalid-parameters` with the field that is wrong */
function composed(schema: ProtocolSchema, input: ComposerInput, nextId: bigint): ComposedMessage {
  const message = schema.message(input.code);
  if (message === undefined) {
    const reason = `${schema.name} has no message with the code ${String(input.code)}.`;
    throw new ApiError('invalid-parameters', reason, 'code');
  }
  const { role, name, code } = message;
  const answerCode =
    role.kind === 'request' ? schema.messages.find((one) => one.name === role.answer)?.code : undefined;
  const facts = { protocol: schema.name, name, code, answerCode };
  if (input.raw !== null) {
    if (schema.name === BASE_PROTOCOL) {
      throw new ApiError('invalid-parameters', 'Raw bytes are not sent on p2p.', 'raw');
    }
    const payload = hexToBytes(input.raw);
    return { ...facts, payload, requestId: requestIdOf(payload) };
  }
  if (role.kind !== 'request') {
    throw new ApiError('invalid-parameters', `${name} is not a request: only raw bytes are sent.`, 'code');
  }
  const requestId = hasRequestId(message) ? nextId : undefined;
  return { ...facts, payload: encoded(message, input, requestId), requestId };
}

function encoded({ schema }: MessageSchema, { fields }: ComposerInput, id: bigint | undefined): Uint8Array {
  const filled = id === undefined ? {} : { requestId: String(id) };
  const payload = encodeMessage(schema, enteredValue(schema, { ...fields, ...filled }));
  if (payload.length <= MAX_PAYLOAD) return payload;
  const reason = `The message has ${String(payload.length)} bytes; at most ${String(MAX_PAYLOAD)} are sent.`;
  throw new ApiError('invalid-parameters', reason, 'fields');
}

/** @throws ApiError `confirmation-needed` */
function assertConsent(peer: LivePeer, { confirmRaw, confirmListed }: RawConsent): void {
  if (!confirmRaw) {
    const reason = 'Raw bytes are sent unchecked. The peer may end the session and ban this node.';
    throw new ApiError('confirmation-needed', reason, 'confirmRaw');
  }
  if (isListed(peer) && !confirmListed) {
    const reason = 'This is a static or trusted peer. Confirm that it may be lost.';
    throw new ApiError('confirmation-needed', reason, 'confirmListed');
  }
}

/** @throws ApiError `too-many-requests` */
function assertFree({ session, eth }: LivePeer, message: ComposedMessage): void {
  if (message.answerCode === undefined) return;
  if (!session.composed.hasRoom) {
    throw new ApiError('too-many-requests', 'Four composed requests to this peer wait for an answer.');
  }
  const isOwn = eth?.requestDetails.inFlight.some(({ request }) => request.requestId === message.requestId);
  if (session.composed.isOpen(message) || (message.protocol.startsWith('eth/') && isOwn === true)) {
    throw new ApiError('too-many-requests', 'A request with this request ID waits for its answer.', 'raw');
  }
}

function resultOf(
  schema: ProtocolSchema,
  message: ComposedMessage,
  { outcome, latencyMs, answer }: ComposedEnd,
): Pick<ComposerResult, 'outcome' | 'latencyMs' | 'summary' | 'answer'> {
  const answered = message.answerCode === undefined ? undefined : schema.message(message.answerCode);
  if (answer === undefined || answered === undefined)
    return { outcome, latencyMs, summary: null, answer: null };
  const { summary, json } = describeMessage(answered, { bytes: answer, total: answer.length });
  return { outcome, latencyMs: latencyMs === null ? null : Math.round(latencyMs), summary, answer: json };
}
