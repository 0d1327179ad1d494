import type { Clock, Random } from '../../base/runtime.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { Node } from '../../node-record/node.ts';
import type { NodeDatabase } from './node-database.ts';

/** Nodes, and pairs of node and address, that are remembered. BOUNDED. */
const CAPACITY = 4_096;

interface Times {
  ping: number;
  pong: number;
  fails: number;
}

/** A node database in memory: for networks within one process, and for tests. */
export class MemoryNodeDatabase implements NodeDatabase {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #nodes = new BoundedMap<string, Node>(CAPACITY);
  readonly #times = new BoundedMap<string, Times>(CAPACITY);

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  getNode(idHex: string): Node | undefined {
    return this.#nodes.get(idHex);
  }

  putNode(node: Node): void {
    const known = this.#nodes.get(node.idHex);
    if (known === undefined || node.seq >= known.seq) this.#nodes.set(node.idHex, node);
  }

  removeNode(idHex: string): void {
    this.#nodes.delete(idHex);
    for (const key of [...this.#times.keys()]) if (key.startsWith(`${idHex} `)) this.#times.delete(key);
  }

  lastPingReceived(idHex: string, ip: string): number {
    return this.#times.get(keyOf(idHex, ip))?.ping ?? 0;
  }

  setLastPingReceived(idHex: string, ip: string, at: number): void {
    this.#entry(idHex, ip).ping = at;
  }

  lastPongReceived(idHex: string, ip: string): number {
    return this.#times.get(keyOf(idHex, ip))?.pong ?? 0;
  }

  setLastPongReceived(idHex: string, ip: string, at: number): void {
    this.#entry(idHex, ip).pong = at;
  }

  findFails(idHex: string, ip: string): number {
    return this.#times.get(keyOf(idHex, ip))?.fails ?? 0;
  }

  setFindFails(idHex: string, ip: string, count: number): void {
    this.#entry(idHex, ip).fails = count;
  }

  querySeeds(count: number, maxAgeMs: number): Node[] {
    const oldest = this.#clock.now() - maxAgeMs;
    const nodes = [...this.#nodes.values()].filter(
      ({ idHex, ip }) => ip !== undefined && this.lastPongReceived(idHex, ip) >= oldest,
    );
    const seeds: Node[] = [];
    while (seeds.length < count && nodes.length > 0) {
      seeds.push(...nodes.splice(this.#random.below(nodes.length), 1));
    }
    return seeds;
  }

  #entry(idHex: string, ip: string): Times {
    const key = keyOf(idHex, ip);
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    const times = { ping: 0, pong: 0, fails: 0 };
    this.#times.set(key, times);
    return times;
  }
}

function keyOf(idHex: string, ip: string): string {
  return `${idHex} ${ip}`;
}
