/**
 * Schemas of the base protocol.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#p2p-capability
 */
import { DISCONNECT_REASONS } from '../../../shared/causes/disconnect-reasons.ts';
import { message, protocol, type ProtocolSchema } from '../message-schema.ts';
import {
  bytes,
  choice,
  lenientText,
  list,
  noted,
  struct,
  uint,
  type Schema,
  type ValueOf,
} from '../schema.ts';

/** Longest names in a message of 2 KiB, bytes. */
const MAX_TEXT = 2_048;
const MAX_CAPABILITIES = 512;

/** go-ethereum's texts by number. */
const REASONS: ReadonlyMap<bigint, string> = new Map(
  Object.values(DISCONNECT_REASONS).map(({ wire, text }) => [BigInt(wire), text]),
);

const capability = struct(
  { name: lenientText(MAX_TEXT), version: uint(64) },
  { title: ({ name, version }) => `${name}/${String(version)}`, tolerant: true },
);

const hello = struct(
  {
    protocolVersion: uint(64),
    clientId: lenientText(MAX_TEXT),
    capabilities: list(capability, MAX_CAPABILITIES),
    listenPort: uint(64, 'port'),
    nodeKey: bytes(MAX_TEXT, 'public key'),
  },
  // EIP-8: later versions may add fields.
  { tolerant: true },
);

/** Some clients send 0x00 for zero. */
const reasonNumber: Schema<bigint> = { kind: 'uint', bits: 8, unit: 'number', acceptsZeroByte: true };
const reasonText = (wire: bigint): string => REASONS.get(wire) ?? 'unknown reason';
const reason = noted(reasonNumber, reasonText);
/** The specification has a list; some clients send the number alone. */
const disconnect = choice(
  { list: struct({ reason }, { tolerant: true }), number: reasonNumber },
  ({ isList }) => (isList ? 'list' : 'number'),
);

const empty = struct({}, { tolerant: true });

function describeReason(value: ValueOf<typeof disconnect>): string {
  const wire = value.option === 'list' ? value.value.reason : value.value;
  return `0x${wire.toString(16).padStart(2, '0')} ${reasonText(wire)}`;
}

/** The base protocol in all versions. */
export const P2P: ProtocolSchema = protocol('p2p', 16, [
  message('Hello', {
    code: 0x00,
    schema: hello,
    summary: ({ clientId, capabilities }) =>
      `${clientId}, ${capabilities.map(({ name, version }) => `${name}/${String(version)}`).join(', ')}`,
  }),
  message('Disconnect', { code: 0x01, schema: disconnect, summary: describeReason }),
  message('Ping', {
    code: 0x02,
    role: { kind: 'request', answer: 'Pong' },
    schema: empty,
    summary: () => '',
  }),
  message('Pong', {
    code: 0x03,
    role: { kind: 'answer', request: 'Ping' },
    schema: empty,
    summary: () => '',
  }),
]);
