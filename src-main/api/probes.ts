/** Answers of the probes of supervisors, containers and load balancers. */
import type { FastifyInstance } from 'fastify';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { Clock } from '../base/runtime.ts';

/** Whether the process works. A stuck event loop sends no answer. */
export const LIVE_PATH = '/healthz';
/** Whether the node does its work. */
export const READY_PATH = '/readyz';

/** Time for which one reading is the answer to all requests, so that many requests cost one reading, milliseconds. */
const READING_MS = 1_000;

/** What the probes read of the node's status. */
export type ProbedStatus = Pick<NodeStatus, 'phase' | 'listening' | 'health'>;

/** The answer about readiness. */
export interface Readiness {
  readonly status: 'ready' | 'not ready';
  /** `node` if it does not run, `listener` if it runs without a TCP socket, and the IDs of the health checks that are `bad`. */
  readonly failing: readonly string[];
}

/**
 * Reads whether the node is ready. Everyone who reaches the port gets the answer, so it has codes only: titles and evidence
 * of the health list may have addresses and paths.
 */
export class Probes {
  readonly #read: () => ProbedStatus;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #latest: { readonly at: number; readonly readiness: Readiness } | undefined;

  constructor(read: () => ProbedStatus, clock: Pick<Clock, 'monotonic'>) {
    this.#read = read;
    this.#clock = clock;
  }

  /** Ready: the node runs, listens for connections, and no health check is `bad`. */
  readiness(): Readiness {
    const at = this.#clock.monotonic();
    if (this.#latest === undefined || at - this.#latest.at >= READING_MS) {
      this.#latest = { at, readiness: readinessOf(this.#read()) };
    }
    return this.#latest.readiness;
  }
}

function readinessOf({ phase, listening, health }: ProbedStatus): Readiness {
  const runs = phase === 'running';
  const isBound = listening.some(({ protocol }) => protocol === 'tcp');
  const failing = new Set([
    ...(runs ? [] : ['node']),
    ...(runs && !isBound ? ['listener'] : []),
    ...health.filter(({ state }) => state === 'bad').map(({ id }) => id),
  ]);
  return { status: failing.size === 0 ? 'ready' : 'not ready', failing: [...failing] };
}

/** Serves both probes without a token: 200, or 503 when the node is not ready. */
export function serveProbes(app: FastifyInstance, probes: Pick<Probes, 'readiness'>): void {
  app.get(LIVE_PATH, (_request, reply) => reply.send({ status: 'alive' }));
  app.get(READY_PATH, (_request, reply) => {
    const readiness = probes.readiness();
    return reply.code(readiness.failing.length === 0 ? 200 : 503).send(readiness);
  });
}
