import { isLan } from '../base/ip.ts';
import type { NodeEvent } from '../events/events.ts';

/** Counts inbound connections from the internet: the only proof that our port is reachable from there. */
export class OutsideContacts {
  #count = 0;

  /** Processes an event. Only the encryption handshake counts, because it proves that the remote side uses our protocol. */
  apply(event: NodeEvent): void {
    if (event.type === 'node/phase' && event.phase === 'starting') this.#count = 0;
    if (event.type !== 'connection/passed' || event.stage !== 'encryption') return;
    if (event.direction === 'inbound' && !isLan(event.ip)) this.#count++;
  }

  /** Number of connections since the node started. */
  get count(): number {
    return this.#count;
  }
}
