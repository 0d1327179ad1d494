/**
 * Schema of node records, entry by entry.
 * @see https://github.com/ethereum/devp2p/blob/master/enr.md
 */
import { formatQuantity } from '../../../shared/format.ts';
import { bytes, fixed, keyed, lenientText, list, raw, struct, text, uint, type Schema } from '../schema.ts';
import { showIp } from '../show.ts';
import { forkId } from './eth/fork-id.ts';

const port = uint(16, 'port');

/** Entries whose form is known. */
const ENTRIES: Readonly<Record<string, Schema>> = {
  id: text(64),
  secp256k1: fixed(33, 'compressed public key'),
  ip: fixed(4, 'IPv4', showIp),
  ip6: fixed(16, 'IPv6', showIp),
  tcp: port,
  tcp6: port,
  udp: port,
  udp6: port,
  quic: port,
  quic6: port,
  // https://github.com/ethereum/devp2p/blob/master/enr-entries/eth.md
  eth: struct({ forkId }, { tolerant: true }),
  // https://github.com/ethereum/devp2p/blob/master/enr-entries/snap.md
  snap: struct({}, { tolerant: true }),
  // EIP-7636: name, version and build of the client
  client: list(lenientText(64), 8),
};

/** A node record: signature, sequence number, then keys and values. */
export const record = keyed(
  {
    type: 'record',
    head: [
      ['signature', bytes(64)],
      ['seq', uint(64)],
    ],
    valueOf: (key) => (Object.hasOwn(ENTRIES, key) ? (ENTRIES[key] ?? raw) : raw),
  },
  {
    title: ({ head, entries }) =>
      `seq ${String(head['seq'])}, ${formatQuantity(entries.length, 'entry', 'entries')}`,
  },
);
