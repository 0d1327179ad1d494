/**
 * Schemas of the decrypted handshake packets.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#initial-handshake
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
import { message, protocol, type ProtocolSchema } from '../message-schema.ts';
import { fixed, struct, uint } from '../schema.ts';
import { shortHex } from '../show.ts';

const publicKey = fixed(64, 'public key');
const nonce = fixed(32, 'nonce');
const version = uint(64);

/** The handshake: auth and ack. */
export const RLPX: ProtocolSchema = protocol('rlpx', 2, [
  message('auth', {
    code: 0,
    role: { kind: 'request', answer: 'ack' },
    schema: struct(
      { signature: fixed(65, 'signature'), initiatorPublicKey: publicKey, nonce, version },
      { tolerant: true },
    ),
    summary: ({ initiatorPublicKey, version: number }) =>
      `of ${shortHex(initiatorPublicKey)}, version ${String(number)}`,
  }),
  message('ack', {
    code: 1,
    role: { kind: 'answer', request: 'auth' },
    schema: struct({ ephemeralPublicKey: publicKey, nonce, version }, { tolerant: true }),
    summary: ({ version: number }) => `version ${String(number)}`,
  }),
]);
