/** Whom a ban is about, read from what a person typed. */
import type { BanTarget } from '../../shared/model/ban.ts';
import { EnodeckError } from '../base/errors.ts';
import {
  canonicalIp,
  formatNetwork,
  IpError,
  ipToBytes,
  isUnspecified,
  parseNetwork,
  type IpNetwork,
} from '../base/ip.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';

/** Why a ban, or what goes against one, is refused. */
export type BanErrorCode =
  | 'invalid-target'
  | 'unspecified-address'
  | 'whole-network'
  | 'own-node'
  | 'trusted-node'
  | 'ban-list-full'
  | 'banned-by-hand';

/** A refusal; the message is a sentence that says what to do. Nothing has changed. */
export class BanError extends EnodeckError<BanErrorCode> {
  constructor(code: BanErrorCode, message: string, options?: ErrorOptions) {
    super('settings', code, message, options);
  }
}

/** A target, and the node that the text was of, where it was an enode URL or a record. */
export interface ParsedBanTarget {
  readonly target: BanTarget;
  readonly node: Node | undefined;
}

const NODE_ID = /^(0x)?[0-9a-f]{64}$/i;

/**
 * Reads a node ID, an enode URL, a record, an IP address or a network in CIDR notation. A record or URL bans the node,
 * wherever it is, not its address.
 * @throws BanError naming the reason
 */
export function parseBanTarget(text: string, ownIdHex: string): ParsedBanTarget {
  const trimmed = text.trim();
  const parsed = readTarget(trimmed);
  if (parsed === undefined) {
    throw new BanError(
      'invalid-target',
      'This is no node ID, enode URL, record, IP address or network such as 192.0.2.0/24',
    );
  }
  if (parsed.target.value === ownIdHex) throw new BanError('own-node', 'This is the node itself');
  return parsed;
}

/** The key of a target's ban: one ban a target. */
export function banIdOf({ kind, value }: BanTarget): string {
  return `${kind}:${value}`;
}

/** The network of an address ban; a single address is a network of all its bits. Undefined for a node's. */
export function networkOf({ kind, value }: BanTarget): IpNetwork | undefined {
  switch (kind) {
    case 'node':
      return undefined;
    case 'ip': {
      const bytes = ipToBytes(value);
      return { bytes, bits: bytes.length * 8 };
    }
    case 'cidr':
      return parseNetwork(value);
  }
}

/** Whether a target that was read from disk is one that `parseBanTarget` could have made. */
export function isValidTarget(target: BanTarget): boolean {
  try {
    const { kind, value } = parseBanTarget(target.value, '').target;
    return kind === target.kind && value === target.value;
  } catch (error) {
    if (error instanceof BanError) return false;
    throw error;
  }
}

function readTarget(text: string): ParsedBanTarget | undefined {
  if (NODE_ID.test(text)) {
    return { target: { kind: 'node', value: text.slice(-64).toLowerCase() }, node: undefined };
  }
  if (text.startsWith('enode://') || text.startsWith('enr:')) return readNode(text);
  const address = text.includes('/') ? readNetwork(text) : readIp(text);
  return address === undefined ? undefined : { target: address, node: undefined };
}

function readNode(text: string): ParsedBanTarget {
  try {
    const node = parseNode(text);
    return { target: { kind: 'node', value: node.idHex }, node };
  } catch (error) {
    if (!(error instanceof NodeTextError)) throw error;
    throw new BanError('invalid-target', error.message, { cause: error });
  }
}

function readIp(text: string): BanTarget | undefined {
  const ip = canonicalIp(text);
  if (ip === undefined) return undefined;
  if (isUnspecified(ip)) throw unspecified();
  return { kind: 'ip', value: ip };
}

function readNetwork(text: string): BanTarget | undefined {
  let network: IpNetwork;
  try {
    network = parseNetwork(text);
  } catch (error) {
    if (error instanceof IpError) return undefined;
    throw error;
  }
  if (network.bits === 0) {
    throw new BanError(
      'whole-network',
      'A network of 0 bits is every address: to speak to some alone, set the allowed networks instead',
    );
  }
  const value = formatNetwork(network);
  const base = value.slice(0, value.lastIndexOf('/'));
  if (isUnspecified(base)) throw unspecified();
  // A network of one address is that address.
  return network.bits === network.bytes.length * 8 ? { kind: 'ip', value: base } : { kind: 'cidr', value };
}

function unspecified(): BanError {
  return new BanError(
    'unspecified-address',
    '0.0.0.0 and :: stand for no address, nobody connects from there',
  );
}
