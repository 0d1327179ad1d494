import { bytesToHex } from '../../src-main/base/bytes.ts';
import { Table } from '../../src-main/discovery/table/table.ts';
import type { Enr } from '../../src-main/node-record/enr.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Random nodes in each table. */
const RANDOM_NODES = 120;

/** Nodes in each table with the next lower IDs, and as many with the next higher ones. */
const CLOSE_NODES = 24;

/** Nodes, and their tables by their IDs in hex. */
export interface Population {
  readonly clock: VirtualClock;
  readonly nodes: readonly Node[];
  readonly tables: ReadonlyMap<string, Table>;
  readonly byId: ReadonlyMap<string, Node>;
}

/** Nodes with tables as they are after a long time: all close nodes, and random ones of the rest. */
export function populate(size: number, seed: number): Population {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const nodes = Array.from({ length: size }, (_, index) => nodeOf(random.bytes(64), index)).sort((a, b) =>
    a.idHex < b.idHex ? -1 : 1,
  );
  const tables = new Map<string, Table>();
  for (const [place, node] of nodes.entries()) {
    const table = new Table({ selfId: node.id, clock, random, events: { emit: () => undefined } });
    for (let step = -CLOSE_NODES; step <= CLOSE_NODES; step++) {
      const close = nodes[place + step];
      if (close !== undefined) table.addFound(close);
    }
    for (let i = 0; i < RANDOM_NODES; i++) table.addFound(nodes[random.below(size)]!);
    tables.set(node.idHex, table);
  }
  return { clock, nodes, tables, byId: new Map(nodes.map((node) => [node.idHex, node])) };
}

function nodeOf(publicKey: Uint8Array, index: number): Node {
  const id = nodeIdOf(publicKey);
  const ip = `10.${String(index >> 16)}.${String((index >> 8) & 0xff)}.${String(index & 0xff)}`;
  return {
    id,
    idHex: bytesToHex(id),
    publicKey,
    ip,
    hostname: undefined,
    udp: 30303,
    tcp: 30303,
    seq: 0n,
    // The ID replaces the record in answers.
    record: { encoded: id } as unknown as Enr,
  };
}
