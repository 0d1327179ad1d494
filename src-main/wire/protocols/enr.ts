/**
 * Schema of node records, entry by entry.
 * @see https://github.com/ethereum/devp2p/blob/master/enr.md
 */
import { showIp } from '../show.ts';
import { bytes, fixed, keyed, raw, text, uint, type Schema } from '../schema.ts';

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
  client: raw,
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
  { title: ({ head, entries }) => `seq ${String(head['seq'])}, ${String(entries.length)} entries` },
);
