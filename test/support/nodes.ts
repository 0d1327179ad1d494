import { bytesToHex } from '../../src-main/base/bytes.ts';
import { logDistance } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A node without a valid key, for code that uses only IDs and endpoints. */
export function fakeNode(id: Uint8Array, parts: Partial<Node> = {}): Node {
  return {
    id,
    idHex: bytesToHex(id),
    publicKey: new Uint8Array(64),
    ip: '10.0.0.1',
    hostname: undefined,
    udp: 30303,
    tcp: 30303,
    seq: 0n,
    record: undefined,
    ...parts,
  };
}

/** A random ID at exactly this log distance from `from`. */
export function idAtDistance(from: Uint8Array, distance: number, random: SeededRandom): Uint8Array {
  if (distance === 0) return from.slice();
  const bit = 256 - distance;
  const id = random.bytes(32);
  for (let at = 0; at < bit >> 3; at++) id[at] = from[at]!;
  const place = bit >> 3;
  const keep = (0xff00 >> (bit & 7)) & 0xff;
  const flip = 0x80 >> (bit & 7);
  id[place] = (from[place]! & keep) | (id[place]! & ~keep & ~flip & 0xff) | (~from[place]! & flip);
  if (logDistance(from, id) !== distance) throw new Error('the ID has another distance');
  return id;
}
