import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import type { Node } from '../../node-record/node.ts';
import type { NodeDatabase } from '../table/node-database.ts';
import { PROOF_LIFETIME_MS } from '../constants.ts';

/** Pairs of node and address whose answers are remembered, several times the entries of the table. BOUNDED. */
const CAPACITY = 4_096;

/** Nodes that are drawn per wanted seed: some of the nodes that v4 stored have no record. */
const DRAWS_PER_SEED = 4;

interface Answers {
  answered: boolean;
  fails: number;
}

/**
 * The node database as discovery v5 uses it: the one of v4, but only nodes with records. Failures and answers are counted
 * separately for v5, because many nodes support only one of the protocols.
 */
export class RecordDatabase {
  readonly #database: NodeDatabase;
  readonly #clock: Clock;
  readonly #answers = new BoundedMap<string, Answers>(CAPACITY);

  constructor(database: NodeDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  recordOf(idHex: string): Enr | undefined {
    return this.#database.getNode(idHex)?.record;
  }

  putNode(node: Node): void {
    if (node.record !== undefined) this.#database.putNode(node);
  }

  /** As NodeDatabase.querySeeds, of nodes with records. */
  querySeeds(count: number, maxAgeMs: number): Node[] {
    return this.#database
      .querySeeds(count * DRAWS_PER_SEED, maxAgeMs)
      .filter(({ record }) => record !== undefined)
      .slice(0, count);
  }

  findFails(idHex: string, ip: string): number {
    return this.#answers.peek(keyOf(idHex, ip))?.fails ?? 0;
  }

  setFindFails(idHex: string, ip: string, count: number): void {
    this.#of(idHex, ip).fails = count;
  }

  /** Records that the node answered a v5 request from `ip`. */
  answered(idHex: string, ip: string): void {
    this.#of(idHex, ip).answered = true;
    this.#database.setLastPongReceived(idHex, ip, this.#clock.now());
  }

  /** Whether the node has answered a v5 request from `ip` since the start. */
  hasAnswered(idHex: string, ip: string): boolean {
    return this.#answers.peek(keyOf(idHex, ip))?.answered === true;
  }

  /** Whether a missing answer means that the node is offline: a node that answers v4 may not support v5. */
  isSilent(idHex: string, ip: string): boolean {
    if (this.hasAnswered(idHex, ip)) return true;
    return this.#clock.now() - this.#database.lastPongReceived(idHex, ip) >= PROOF_LIFETIME_MS;
  }

  #of(idHex: string, ip: string): Answers {
    const key = keyOf(idHex, ip);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answers = { answered: false, fails: 0 };
    this.#answers.set(key, answers);
    return answers;
  }
}

function keyOf(idHex: string, ip: string): string {
  return `${idHex} ${ip}`;
}
