import { codeOf } from '../../shared/causes/catalogue.ts';
import type { NodeEvent } from '../events/events.ts';
import { LabelCounts } from './label-counts.ts';
import { MessageTotals } from './message-totals.ts';

/** Events that have ended, and the time that they took together, milliseconds. */
export interface Durations {
  readonly count: number;
  readonly ms: number;
}

/**
 * Counts dials, connections, sessions and lookups since the node started, by cause where they have one. Every label is a
 * code of a closed set: no count belongs to one node.
 */
export class ConnectionCounters {
  /** Dials that failed: the cause, and the stage of the connection that it ended. */
  readonly dialFailures = new LabelCounts<'code' | 'stage'>();
  /** Nodes that were not dialled. */
  readonly dialRefusals = new LabelCounts<'code'>();
  /** Inbound connections that became no session: the cause, and the stage that it ended. */
  readonly inboundFailures = new LabelCounts<'code' | 'stage'>();
  /** Sessions that ended before all protocols had exchanged their Status. */
  readonly statusFailures = new LabelCounts<'code' | 'direction'>();
  /** Sessions that ended, by the cause and the side that ended them. */
  readonly sessionEnds = new LabelCounts<'code' | 'by'>();
  /** Peers that were dropped for the churn of a full pool. */
  readonly churned = new LabelCounts<'direction'>();
  readonly offences = new LabelCounts<'offence'>();
  /** Messages above a limit: received ones of peers, and announcements to peers that do not read. */
  readonly limited = new LabelCounts<'direction'>();
  readonly messages = new MessageTotals();
  #dialsStarted = 0;
  #dialsConnected = 0;
  #accepted = 0;
  #dials: Durations = { count: 0, ms: 0 };
  #lookups: Durations = { count: 0, ms: 0 };

  /** Processes an event. */
  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'peer/message':
        this.messages.add(event);
        break;
      case 'dial/started':
        this.#dialsStarted += 1;
        break;
      case 'dial/ended':
        this.#dialEnded(event);
        break;
      case 'dial/refused':
        this.dialRefusals.add({ code: event.reason });
        break;
      case 'inbound/accepted':
        this.#accepted += 1;
        break;
      case 'inbound/ended':
        this.inboundFailures.add({ code: codeOf(event.cause), stage: event.cause.stage });
        break;
      case 'peer/dropped':
        this.#sessionEnded(event);
        break;
      case 'dropper/dropped':
        this.churned.add({ direction: event.direction });
        break;
      case 'peer/offence':
        this.offences.add({ offence: event.offence });
        break;
      case 'peer/limited':
        this.limited.add({ direction: event.direction });
        break;
      case 'discovery/lookup-done':
        this.#lookups = plus(this.#lookups, event.durationMs);
        break;
      case 'node/phase':
        if (event.phase === 'starting') this.#reset();
        break;
      default:
        break;
    }
  }

  /** Dials that were started. */
  get dialsStarted(): number {
    return this.#dialsStarted;
  }

  /** Dials that became a session. */
  get dialsConnected(): number {
    return this.#dialsConnected;
  }

  /** Inbound connections that were accepted, before any handshake. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Dials that have ended. */
  get dials(): Durations {
    return this.#dials;
  }

  /** Lookups of both discovery protocols that have ended. */
  get lookups(): Durations {
    return this.#lookups;
  }

  #dialEnded({ cause, durationMs }: Extract<NodeEvent, { type: 'dial/ended' }>): void {
    this.#dials = plus(this.#dials, durationMs);
    if (cause === undefined) this.#dialsConnected += 1;
    else this.dialFailures.add({ code: codeOf(cause), stage: cause.stage });
  }

  #sessionEnded({ cause, direction }: Extract<NodeEvent, { type: 'peer/dropped' }>): void {
    const code = codeOf(cause);
    this.sessionEnds.add({ code, by: cause.by });
    if (cause.stage === 'status') this.statusFailures.add({ code, direction });
  }

  #reset(): void {
    for (const counts of [this.dialFailures, this.dialRefusals, this.inboundFailures]) counts.clear();
    for (const counts of [this.sessionEnds, this.statusFailures, this.churned]) counts.clear();
    for (const counts of [this.offences, this.limited, this.messages]) counts.clear();
    this.#dialsStarted = 0;
    this.#dialsConnected = 0;
    this.#accepted = 0;
    this.#dials = { count: 0, ms: 0 };
    this.#lookups = { count: 0, ms: 0 };
  }
}

const plus = ({ count, ms }: Durations, durationMs: number): Durations => ({
  count: count + 1,
  ms: ms + durationMs,
});
