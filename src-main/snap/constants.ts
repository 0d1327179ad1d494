/**
 * Constants of snap/1. Sizes are in bytes.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/snap.md
 */
import type { MessageClass } from '../p2p/message-class.ts';

/** The protocol's name in Hello. */
export const SNAP_PROTOCOL_NAME = 'snap';

/** The supported version, which has GetTrieNodes. */
export const SNAP_VERSION = 1;

/** Number of message codes of version 1. */
export const SNAP_LENGTH = 8;

/** Message codes relative to the protocol. */
export const SNAP_CODES = {
  GetAccountRange: 0x00,
  AccountRange: 0x01,
  GetStorageRanges: 0x02,
  StorageRanges: 0x03,
  GetByteCodes: 0x04,
  ByteCodes: 0x05,
  GetTrieNodes: 0x06,
  TrieNodes: 0x07,
} as const;

/** Name of a message in the specification. */
export type SnapMessageName = keyof typeof SNAP_CODES;

/** Largest message: go-ethereum eth/protocols/snap/protocol.go, maxMessageSize. */
export const MAX_SNAP_MESSAGE_SIZE = 10 * 1024 * 1024;

/** BOUNDED: items of any list: as many 33-byte hashes as fit into a message. */
export const MAX_SNAP_LIST_ITEMS = Math.floor(MAX_SNAP_MESSAGE_SIZE / 33);

const NAMES = Object.keys(SNAP_CODES) as readonly SnapMessageName[];

/** Returns the name of a message code; undefined for an unknown code. */
export function snapMessageName(code: number): SnapMessageName | undefined {
  return NAMES.find((name) => SNAP_CODES[name] === code);
}

/** Returns the class of a message code: even codes are requests, odd codes answers. */
export function snapMessageClass(code: number): MessageClass {
  return code % 2 === 0 ? 'request' : 'answer';
}
