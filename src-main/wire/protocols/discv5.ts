/**
 * Schemas of discovery v5.1. The payload of a record is the decrypted message behind its type byte; of a WHOAREYOU, which
 * has no message, it is the list of its header's fields.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md#protocol-messages
 */
import { formatQuantity } from '../../../shared/format.ts';
import { bytesToBigint } from '../../base/bytes.ts';
import {
  message,
  protocol,
  type MessageRole,
  type MessageSchema,
  type ProtocolSchema,
} from '../message-schema.ts';
import { bytes, bytesOf, fixed, list, struct, uint, type Schema } from '../schema.ts';
import { shortHex, showIp } from '../show.ts';
import { record } from './enr.ts';

const MAX_REQUEST_ID = 8;
/** More than fit a packet of 1,280 bytes. */
const MAX_ITEMS = 512;
const MAX_DATA = 1_280;
/** A code that no message has: WHOAREYOU is a packet without one. */
export const WHOAREYOU_CODE = 0x00;

const requestId = bytes(MAX_REQUEST_ID, 'request ID');
const address = bytesOf([4, 16], 'IP address', showIp);

interface WithId {
  readonly requestId: Uint8Array;
}

function exchange<Value extends WithId>(
  name: string,
  code: number,
  role: MessageRole,
  schema: Schema<Value>,
  summary: (value: Value) => string,
): MessageSchema {
  return message(name, {
    code,
    role,
    schema,
    summary: (value) => `#${shortHex(value.requestId).slice(2)} ${summary(value)}`.trimEnd(),
    requestId: (value) => bytesToBigint(value.requestId),
  });
}

const asks = (answer: string): MessageRole => ({ kind: 'request', answer });
const answers = (request: string): MessageRole => ({ kind: 'answer', request });

/** Discovery v5.1; codes are the message types. */
export const DISCV5: ProtocolSchema = protocol('discv5', 7, [
  message('Whoareyou', {
    code: WHOAREYOU_CODE,
    schema: struct({ nonce: fixed(12, 'nonce'), idNonce: fixed(16, 'id nonce'), enrSeq: uint(64) }),
    summary: ({ enrSeq }) =>
      enrSeq === 0n
        ? 'no session, knows no record of the sender'
        : `no session, knows record seq ${String(enrSeq)}`,
  }),
  exchange(
    'Ping',
    0x01,
    asks('Pong'),
    struct({ requestId, enrSeq: uint(64) }),
    ({ enrSeq }) => `record seq ${String(enrSeq)}`,
  ),
  exchange(
    'Pong',
    0x02,
    answers('Ping'),
    struct({ requestId, enrSeq: uint(64), recipientIp: address, recipientPort: uint(16, 'port') }),
    ({ enrSeq, recipientIp, recipientPort }) =>
      `the Ping came from ${showIp(recipientIp)}:${String(recipientPort)}, record seq ${String(enrSeq)}`,
  ),
  exchange(
    'Findnode',
    0x03,
    asks('Nodes'),
    struct({ requestId, distances: list(uint(16), MAX_ITEMS) }),
    ({ distances }) => `at distances ${distances.join(', ')}`,
  ),
  exchange(
    'Nodes',
    0x04,
    answers('Findnode'),
    struct({ requestId, total: uint(8), records: list(record, MAX_ITEMS) }),
    ({ total, records }) =>
      `${formatQuantity(records.length, 'record')}, one of ${formatQuantity(Number(total), 'message')}`,
  ),
  exchange(
    'TalkReq',
    0x05,
    asks('TalkResp'),
    struct({
      requestId,
      protocol: bytes(MAX_DATA, 'protocol', { show: showName }),
      request: bytes(MAX_DATA),
    }),
    ({ protocol: name, request }) => `${showName(name)}, ${formatQuantity(request.length, 'byte')}`,
  ),
  exchange(
    'TalkResp',
    0x06,
    answers('TalkReq'),
    struct({ requestId, response: bytes(MAX_DATA) }),
    ({ response }) =>
      response.length === 0 ? 'empty: not supported' : formatQuantity(response.length, 'byte'),
  ),
]);

/** The protocol's name, which usually is ASCII. */
function showName(value: Uint8Array): string {
  const text = String.fromCharCode(...value.subarray(0, 64));
  return /^[\x21-\x7e]+$/.test(text) ? text : shortHex(value);
}
