import { formatQuantity } from '../../shared/format.ts';
import type { ComposerInput, ComposerProtocol, ComposerResult } from '../../shared/model/composer.ts';
import type { WireJson } from '../../shared/model/wire.ts';
import { ApiError } from '../api/api-error.ts';
import { to0x } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { isTimeout } from '../discovery/errors.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import { nodeTextOf } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { DISCV4 } from '../wire/protocols/discv4.ts';
import { DISCV5 } from '../wire/protocols/discv5.ts';
import { protocolSchema } from '../wire/registry.ts';
import { fixed, list, struct, bytes, uint, type Schema } from '../wire/schema.ts';
import { composerMessages, enteredValue } from './composer-values.ts';
import type { CurrentNode } from './running-node.ts';

/** The largest log distance. */
const MAX_DISTANCE = 256;
/** BOUNDED: distances in one FINDNODE (our choice), name and payload of a TALKREQ in its packet, bytes. */
const MAX_DISTANCES = 16;
const MAX_TALK_NAME = 64;
const MAX_TALK_PAYLOAD = 1_024;

const targetFields = struct({ target: fixed(64, 'public key') });
const distanceFields = struct({ distances: list(uint(16), MAX_DISTANCES) });
const talkFields = struct({
  protocol: bytes(MAX_TALK_NAME, 'protocol'),
  request: bytes(MAX_TALK_PAYLOAD),
});
const noFields = struct({});

/** An answer for people and for scripts. */
interface Answer {
  readonly summary: string;
  readonly json: WireJson;
}

type V4 = NonNullable<Discovery['v4']>['transport'];
type V5 = NonNullable<Discovery['v5']>['transport'];

/** What the composer uses of discovery. */
export interface ComposerDiscoveryParts {
  readonly clock: Clock;
  readonly current: CurrentNode;
}

/** Composed requests of discovery v4 and v5. Discovery encodes the packets and links their answers itself. */
export class ComposerDiscovery {
  readonly #parts: ComposerDiscoveryParts;

  constructor(parts: ComposerDiscoveryParts) {
    this.#parts = parts;
  }

  /** Whether a protocol is one of discovery. */
  has(protocol: string): boolean {
    return protocol === 'discv4' || protocol === 'discv5';
  }

  /** The protocols that run, for a node with an address. */
  protocols(node: Node | undefined): readonly ComposerProtocol[] {
    if (node?.ip === undefined || node.udp === 0) return [];
    const discovery = this.#parts.current.node?.discovery;
    const v4 = discovery?.v4 === undefined ? [] : [protocolOf('discv4', node)];
    // A v5 session needs the node's key only; its record is requested when it is missing.
    const v5 = discovery?.v5 === undefined ? [] : [protocolOf('discv5', node)];
    return [...v4, ...v5];
  }

  /** @throws ApiError `invalid-parameters` with the field that is wrong */
  check(input: ComposerInput): void {
    if (input.raw !== null) {
      throw new ApiError('invalid-parameters', 'Discovery sends typed requests only.', 'raw');
    }
    fieldsOf(schemaOf(input), input);
  }

  /** @throws ApiError `not-running`; DiscoveryError when nothing could be sent */
  async send(node: Node | undefined, input: ComposerInput): Promise<ComposerResult> {
    const { clock } = this.#parts;
    if (node === undefined)
      throw new ApiError('invalid-node', 'The address of the node is not known.', 'node');
    const startedAt = clock.monotonic();
    const none = { requestId: null, requestSeq: null, answerSeq: null };
    try {
      const { summary, json } = await this.#request(node, input);
      const latencyMs = Math.round(clock.monotonic() - startedAt);
      return { outcome: 'answered', ...none, latencyMs, summary, answer: json };
    } catch (error) {
      if (!isTimeout(error)) throw error;
      return { outcome: 'timeout', ...none, latencyMs: null, summary: null, answer: null };
    }
  }

  #request(node: Node, input: ComposerInput): Promise<Answer> {
    const discovery = this.#parts.current.node?.discovery;
    if (input.protocol === 'discv4') {
      if (discovery?.v4 !== undefined) return requestV4(discovery.v4.transport, node, input);
    } else if (discovery?.v5 !== undefined) return requestV5(discovery.v5.transport, node, input);
    throw new ApiError('not-running', `${input.protocol} is not running.`, 'protocol');
  }
}

async function requestV4(v4: V4, node: Node, input: ComposerInput): Promise<Answer> {
  switch (nameOf(input)) {
    case 'Findnode': {
      const { target } = fieldsOf(targetFields, input);
      return nodesAnswer(await v4.findnode(node, { id: nodeIdOf(target), publicKey: target }));
    }
    case 'ENRRequest':
      return recordAnswer(await v4.requestEnr(node));
    default:
      return pongAnswer(await v4.ping(node));
  }
}

async function requestV5(v5: V5, node: Node, input: ComposerInput): Promise<Answer> {
  switch (nameOf(input)) {
    case 'Findnode': {
      const { distances } = fieldsOf(distanceFields, input);
      return nodesAnswer(await v5.findnodeAt(node, checkedDistances(distances)));
    }
    case 'TalkReq': {
      const { protocol, request } = fieldsOf(talkFields, input);
      const response = await v5.talk(node, protocol, request);
      const summary =
        response.length === 0 ? 'empty: not supported' : formatQuantity(response.length, 'byte');
      return { summary, json: { response: to0x(response) } };
    }
    default:
      return pongAnswer(await v5.ping(node));
  }
}

function checkedDistances(distances: readonly bigint[]): number[] {
  if (distances.length > 0 && distances.every((distance) => distance <= MAX_DISTANCE)) {
    return distances.map(Number);
  }
  const reason = `"distances" must be one to ${String(MAX_DISTANCES)} numbers from 0 to ${String(MAX_DISTANCE)}.`;
  throw new ApiError('invalid-parameters', reason, 'fields.distances');
}

const pongAnswer = (seq: bigint): Answer => ({
  summary: seq === 0n ? 'Pong without a record seq' : `Pong, record seq ${String(seq)}`,
  json: { enrSeq: String(seq) },
});

const recordAnswer = (node: Node): Answer => ({
  summary: `record seq ${String(node.seq)}`,
  json: { record: nodeTextOf(node) },
});

const nodesAnswer = (nodes: readonly Node[]): Answer => ({
  summary: formatQuantity(nodes.length, 'node'),
  json: { nodes: nodes.map(nodeTextOf) },
});

function protocolOf(protocol: 'discv4' | 'discv5', node: Node): ComposerProtocol {
  const schema = protocol === 'discv4' ? DISCV4 : DISCV5;
  const hints = { latestBlock: null, headHash: null, target: to0x(node.publicKey) };
  return { protocol, allowsRaw: false, messages: composerMessages(schema, hints) };
}

/** @throws ApiError `invalid-parameters` */
function nameOf({ protocol, code }: ComposerInput): string {
  const message = protocolSchema(protocol)?.message(code);
  if (message?.role.kind === 'request') return message.name;
  throw new ApiError(
    'invalid-parameters',
    `${protocol} has no request with the code ${String(code)}.`,
    'code',
  );
}

function schemaOf(input: ComposerInput): Schema {
  switch (nameOf(input)) {
    case 'Findnode':
      return input.protocol === 'discv4' ? targetFields : distanceFields;
    case 'TalkReq':
      return talkFields;
    default:
      return noFields;
  }
}

/** @throws ApiError `invalid-parameters` with the field that is wrong */
function fieldsOf<Value>(schema: Schema<Value>, { fields }: ComposerInput): Value {
  return enteredValue(schema, fields ?? {});
}
