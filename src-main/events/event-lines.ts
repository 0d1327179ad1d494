import type { EventLine, EventLineKind } from '../../shared/model/peer.ts';
import { draftOf, type LineDraft } from './event-drafts.ts';
import type { NodeEvent } from './events.ts';
import { Ring } from '../base/ring.ts';

/** BOUNDED: lines that are kept. */
const MAX_LINES = 500;
/** Shortest time between two lines of lookups, milliseconds. The search for candidates does a lookup every few seconds. */
const LOOKUP_LINE_MS = 60_000;

/** The events that have a line. */
const KINDS: Readonly<Partial<Record<NodeEvent['type'], EventLineKind>>> = {
  'peer/added': 'peer-added',
  'peer/dropped': 'peer-dropped',
  'dial/ended': 'dial-ended',
  'inbound/ended': 'inbound-ended',
  'dropper/dropped': 'dropper-dropped',
  'ban/added': 'ban-added',
  'ban/removed': 'ban-removed',
  'nat/mapped': 'nat-mapped',
  'nat/failed': 'nat-failed',
  'nat/external': 'nat-external',
  'discovery/external-address': 'discovery-external-address',
  'discovery/lookup-done': 'discovery-lookup-done',
  'discovery/session': 'discovery-session',
  'dns/root': 'dns-root',
  'record/updated': 'record-updated',
  'nodes/changed': 'nodes-changed',
  'settings/changed': 'settings-changed',
  'node/woke': 'node-woke',
  'node/network-changed': 'node-network-changed',
  'node/phase': 'node-phase',
};

/** The event list: makes the lines of the events that a user reads, and keeps the last MAX_LINES. */
export class EventLines {
  readonly #lines = new Ring<EventLine>(MAX_LINES);
  #seq = 0;
  #lookupAt = 0;
  /** The last line of each repeated topic; a port mapping is renewed every few minutes. BOUNDED: by the topics. */
  readonly #latest = new Map<string, string>();

  /** Processes an event. @param at Unix milliseconds */
  apply(event: NodeEvent, at: number): void {
    if (event.type === 'discovery/lookup-done') {
      if (at - this.#lookupAt < LOOKUP_LINE_MS) return;
      this.#lookupAt = at;
    }
    const draft = draftOf(event);
    const kind = KINDS[event.type];
    if (draft === undefined || kind === undefined || this.#isRepeated(event, draft)) return;
    this.#seq += 1;
    this.#lines.push({
      nodeId: null,
      nodeName: null,
      address: null,
      direction: null,
      endedBy: null,
      ...draft,
      seq: this.#seq,
      at,
      kind,
    });
  }

  /** Whether the latest line of the same topic has the same text. */
  #isRepeated(event: NodeEvent, { text, address }: LineDraft): boolean {
    const topic = repeatedTopic(event);
    if (topic === undefined) return false;
    const line = `${text} ${address ?? ''}`;
    if (this.#latest.get(topic) === line) return true;
    if (event.type === 'nat/failed') this.#latest.clear();
    this.#latest.set(topic, line);
    return false;
  }

  /** Sequence number of the newest line; 0 before the first. */
  get newest(): number {
    return this.#seq;
  }

  /** Returns all kept lines, oldest first. */
  all(): EventLine[] {
    return this.#lines.toArray();
  }

  /** Returns the lines after sequence number `seq`, oldest first. */
  after(seq: number): EventLine[] {
    return this.#lines.tailWhile((line) => line.seq > seq);
  }
}

/** The topic of events that are emitted repeatedly while nothing changes; undefined for all others. */
function repeatedTopic(event: NodeEvent): string | undefined {
  switch (event.type) {
    case 'nat/mapped':
      return `mapped ${event.mapping.protocol}`;
    case 'nat/failed':
    case 'nat/external':
      return event.type;
    default:
      return undefined;
  }
}
