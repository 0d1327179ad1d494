import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';

/** Bits of an ID that the simulation compares: enough to tell 10,000 random IDs apart. */
const PREFIX_BITS = 32;

/**
 * A network in which each node knows up to BUCKET_SIZE random nodes of each distance, as Kademlia fills its tables. The nodes
 * have no sockets: `known` is what their tables would give.
 */
export class SimulatedNetwork {
  /** By their IDs, ascending. */
  readonly #nodes: readonly Node[];
  readonly #prefixes: Uint32Array;
  readonly #positions = new Map<string, number>();
  readonly #tables: readonly Uint32Array[];

  constructor(size: number) {
    const made = Array.from({ length: size }, (_, index) => simulatedNode(index));
    this.#nodes = made.sort((a, b) => prefixOf(a.id) - prefixOf(b.id));
    this.#prefixes = Uint32Array.from(this.#nodes, (node) => prefixOf(node.id));
    for (const [at, node] of this.#nodes.entries()) this.#positions.set(node.idHex, at);
    this.#tables = this.#nodes.map((_, at) => this.#tableOf(at));
  }

  /** A random node. */
  any(): Node {
    return this.#at(systemRandom.below(this.#nodes.length));
  }

  /** The nodes nearest to a target of which `node` knows, nearest first: the answer to a FINDNODE. */
  nearest(node: Node, target: Uint8Array): readonly Node[] {
    const wanted = prefixOf(target);
    const table = this.#tables[this.#positions.get(node.idHex) ?? -1] ?? new Uint32Array(0);
    const distance = (at: number): number => ((this.#prefixes[at] ?? 0) ^ wanted) >>> 0;
    return [...table]
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, BUCKET_SIZE)
      .map((at) => this.#at(at));
  }

  #at(position: number): Node {
    const node = this.#nodes[position];
    if (node === undefined) throw new RangeError(`the network has no node ${String(position)}`);
    return node;
  }

  /** Positions of the nodes that the node at `at` knows. */
  #tableOf(at: number): Uint32Array {
    const known: number[] = [];
    const own = this.#prefixes[at] ?? 0;
    for (let shared = 0; shared < PREFIX_BITS; shared += 1) {
      const unshared = PREFIX_BITS - 1 - shared;
      const first = (((own ^ (1 << unshared)) >>> unshared) << unshared) >>> 0;
      known.push(...this.#someBetween(first, first + 2 ** unshared));
    }
    return Uint32Array.from(known);
  }

  /** Up to BUCKET_SIZE different positions whose prefix is in [first, end). */
  #someBetween(first: number, end: number): readonly number[] {
    const [from, to] = [this.#lowest(first), this.#lowest(end)];
    if (to - from <= BUCKET_SIZE) return Array.from({ length: to - from }, (_, offset) => from + offset);
    const chosen = new Set<number>();
    while (chosen.size < BUCKET_SIZE) chosen.add(from + systemRandom.below(to - from));
    return [...chosen];
  }

  /** The first position whose prefix is not below `prefix`. */
  #lowest(prefix: number): number {
    let [low, high] = [0, this.#prefixes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#prefixes[middle] ?? 0) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first 32 bits, big-endian. */
function prefixOf(id: Uint8Array): number {
  return new DataView(id.buffer, id.byteOffset).getUint32(0);
}

/** A node with a random key and an address of its own. */
function simulatedNode(index: number): Node {
  return nodeFromParts({
    publicKey: systemRandom.bytes(64),
    ip: `20.${String((index >> 16) & 255)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    udp: 30_303,
    tcp: 30_303,
  });
}
