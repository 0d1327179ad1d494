import { bytesToHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/runtime.ts';
import { logDistance } from '../../node-record/node-id.ts';
import { enodeUrlOf } from '../../node-record/node-factory.ts';
import type { LookupStep, LookupTrace } from '../../../shared/model/table.ts';
import type { Lookup, LookupHop } from './lookup.ts';

/** Steps that a trace holds; further ones are not recorded. BOUNDED. */
const MAX_STEPS = 256;

/** Records the steps of a lookup. */
export class LookupRecorder {
  readonly #id: number;
  readonly #target: Uint8Array;
  readonly #startedAt: number;
  readonly #origin: LookupTrace['origin'];
  readonly #steps: LookupStep[] = [];
  #silent = 0;
  /** Undefined while the lookup runs. */
  #durationMs: number | undefined;

  /** @param target node ID, 32 bytes */
  constructor(id: number, target: Uint8Array, origin: LookupTrace['origin'], clock: Clock) {
    this.#id = id;
    this.#target = target;
    this.#origin = origin;
    this.#startedAt = clock.now();
  }

  hop(hop: LookupHop): void {
    if (!hop.answered) this.#silent++;
    if (this.#steps.length >= MAX_STEPS) return;
    const { node, round, distance, answered, newNodes, atMs } = hop;
    this.#steps.push({ round, id: node.idHex, ip: node.ip ?? '', distance, answered, newNodes, atMs });
  }

  /** Notes the end of the lookup. */
  finish(lookup: Lookup): void {
    this.#durationMs = lookup.elapsedMs;
  }

  /** The trace so far. */
  trace(lookup: Lookup): LookupTrace {
    return {
      id: this.#id,
      origin: this.#origin,
      target: bytesToHex(this.#target),
      startedAt: this.#startedAt,
      durationMs: this.#durationMs ?? lookup.elapsedMs,
      done: this.#durationMs !== undefined,
      rounds: lookup.rounds,
      asked: lookup.asked,
      silent: this.#silent,
      steps: [...this.#steps],
      closest: lookup.closest.map((node) => ({
        id: node.idHex,
        ip: node.ip ?? '',
        udp: node.udp,
        distance: logDistance(this.#target, node.id),
        enode: enodeUrlOf(node),
      })),
    };
  }
}
