import type { EventLine } from '../../shared/model/peer.ts';
import { draftOf, type LineDraft } from './event-drafts.ts';
import type { NodeEvent } from './events.ts';
import { Ring } from '../stats/ring.ts';

/** Lines that are kept. BOUNDED: 500. */
const MAX_LINES = 500;
/** The walk for candidates looks something up every few seconds: one such line a minute is enough. */
const LOOKUP_LINE_MS = 60_000;

/** Turns the facts that a person wants to read into lines; the others give none. */
export class EventLines {
  readonly #lines = new Ring<EventLine>(MAX_LINES);
  #seq = 0;
  #lookupAt = 0;
  /** What was last said of our reach: a mapping is renewed every few minutes. BOUNDED: one entry a kind. */
  readonly #said = new Map<string, string>();

  apply(event: NodeEvent, at: number): void {
    if (event.type === 'discovery/lookup-done') {
      if (at - this.#lookupAt < LOOKUP_LINE_MS) return;
      this.#lookupAt = at;
    }
    const draft = draftOf(event);
    if (draft === undefined || this.#isRepeated(event, draft)) return;
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
      kind: event.type.replace('/', '-'),
    });
  }

  /** Whether the same was said before, and nothing else of its kind since. */
  #isRepeated(event: NodeEvent, { text, address }: LineDraft): boolean {
    const topic = repeatedTopic(event);
    if (topic === undefined) return false;
    const said = `${text} ${address ?? ''}`;
    if (this.#said.get(topic) === said) return true;
    if (event.type === 'nat/failed') this.#said.clear();
    this.#said.set(topic, said);
    return false;
  }

  /** Sequence number of the newest line; 0 before the first. */
  get newest(): number {
    return this.#seq;
  }

  all(): EventLine[] {
    return this.#lines.toArray();
  }

  /** Lines after `seq`, oldest first. */
  after(seq: number): EventLine[] {
    return this.#lines.tailWhile((line) => line.seq > seq);
  }
}

/** Facts that are stated again and again while nothing changes: each kind, and each mapping, by itself. */
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
