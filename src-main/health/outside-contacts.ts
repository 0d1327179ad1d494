import { isLan } from '../base/ip.ts';
import type { NodeEvent } from '../events/events.ts';

/** Connections that came in from the internet: the only proof that our port is reached from there. */
export class OutsideContacts {
  #count = 0;

  /** Counts a connection whose other end is out there and has spoken our protocol; every other fact is passed over. */
  apply(event: NodeEvent): void {
    if (event.type === 'node/phase' && event.phase === 'starting') this.#count = 0;
    if (event.type !== 'connection/passed' || event.stage !== 'encryption') return;
    if (event.direction === 'inbound' && !isLan(event.ip)) this.#count++;
  }

  /** Since the node started. */
  get count(): number {
    return this.#count;
  }
}
