/** Parses the target of a ban from user input. */
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
import { nodeIdIn } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';

/** Why a change of the ban list, or of a list that conflicts with it, is refused. */
export type BanErrorCode =
  | 'invalid-target'
  | 'unspecified-address'
  | 'whole-network'
  | 'own-node'
  | 'trusted-node'
  | 'ban-list-full'
  | 'banned-by-hand';

/** A refused change; the message is a sentence with the reason. Nothing was changed. */
export class BanError extends EnodeckError<BanErrorCode> {
  constructor(code: BanErrorCode, message: string, options?: ErrorOptions) {
    super('settings', code, message, options);
  }
}

/** A target, and the parsed node if the text was an enode URL or an ENR. */
export interface ParsedBanTarget {
  readonly target: BanTarget;
  readonly node: Node | undefined;
}

/**
 * Parses a node ID, an enode URL, an ENR, an IP address or a network in CIDR notation. An enode URL or ENR bans the node
 * ID, not the address.
 * @throws BanError `invalid-target`, `unspecified-address`, `whole-network`, `own-node`
 */
export function parseBanTarget(text: string, ownIdHex: string): ParsedBanTarget {
  const trimmed = text.trim();
  const parsed = readTarget(trimmed);
  if (parsed === undefined) {
    throw new BanError(
      'invalid-target',
      'This is not a node ID, enode URL, ENR, IP address or network such as 192.0.2.0/24',
    );
  }
  if (parsed.target.value === ownIdHex) throw new BanError('own-node', 'This is the node ID of this node');
  return parsed;
}

/** Returns the ID of the ban of a target. */
export function banIdOf({ kind, value }: BanTarget): string {
  return `${kind}:${value}`;
}

/** Returns the network of an address ban; the prefix of a single address has all its bits. Undefined for a node ban. */
export function banNetworkOf({ kind, value }: BanTarget): IpNetwork | undefined {
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

/** Whether a stored target is in the form that `parseBanTarget` returns. */
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
  const id = nodeIdIn(text);
  if (id !== undefined) return { target: { kind: 'node', value: id }, node: undefined };
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
      'A prefix of 0 bits contains every address: set the allowed networks instead',
    );
  }
  const value = formatNetwork(network);
  const base = value.slice(0, value.lastIndexOf('/'));
  if (isUnspecified(base)) throw unspecified();
  // A network of one address is stored as an address.
  return network.bits === network.bytes.length * 8 ? { kind: 'ip', value: base } : { kind: 'cidr', value };
}

function unspecified(): BanError {
  return new BanError('unspecified-address', '0.0.0.0 and :: are no addresses of a node');
}
