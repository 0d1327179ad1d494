import { phraseOf } from '../../shared/causes/sentences.ts';
import { formatDuration, shortId } from '../../shared/format.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';
import type { NodeEvent } from '../events/events.ts';
import { createNotice, type Notice } from './notice.ts';

/**
 * How long a static node must be disconnected, milliseconds: it is dialled again after 35 s (geth's dial history), so that
 * three attempts have failed.
 */
export const STATIC_LOST_MS = 120_000;

/** Shortest time between two notices of the loss of one node, milliseconds: a node may flap. */
export const STATIC_REPEAT_MS = 1_800_000;

/** BOUNDED: lost static nodes that are watched. */
const MAX_WATCHED = 256;

/** Where the notices go. */
export interface NoticeSink {
  add(notice: Notice): void;
  /** @returns whether the notice still waited */
  withdraw(key: string): boolean;
}

/** What the notices ask. */
export interface StaticNodeParts {
  readonly clock: Clock;
  readonly sink: NoticeSink;
  /** The static node with this ID, with the label of the list; undefined for any other node. */
  readonly staticNode: (idHex: string) => { readonly label: string | null } | undefined;
}

interface Lost {
  readonly event: Extract<NodeEvent, { type: 'peer/dropped' }>;
  readonly at: number;
  reported: boolean;
}

/** Notices that a static node is disconnected, and that it is connected again. */
export class StaticNodeNotices {
  readonly #parts: StaticNodeParts;
  /** By node ID. */
  readonly #lost = new BoundedMap<string, Lost>(MAX_WATCHED);
  /** When the loss of a node was reported last, by node ID. */
  readonly #reportedAt = new BoundedMap<string, number>(MAX_WATCHED);

  constructor(parts: StaticNodeParts) {
    this.#parts = parts;
  }

  apply(event: NodeEvent): void {
    if (event.type === 'peer/added') this.#back(event);
    if (event.type !== 'peer/dropped' || event.kind === 'dynamic') return;
    if (this.#parts.staticNode(event.idHex) === undefined) return;
    this.#lost.set(event.idHex, { event, at: this.#parts.clock.monotonic(), reported: false });
  }

  /** Reports the losses that have lasted. */
  check(): void {
    const { clock, sink, staticNode } = this.#parts;
    const now = clock.monotonic();
    for (const [idHex, lost] of this.#lost.entries()) {
      const entry = staticNode(idHex);
      if (entry === undefined) {
        // It was removed from the list.
        sink.withdraw(keyOf(idHex));
        this.#lost.delete(idHex);
      } else if (!lost.reported && now - lost.at >= STATIC_LOST_MS && this.#mayReport(idHex)) {
        lost.reported = true;
        this.#reportedAt.set(idHex, now);
        sink.add(lostNotice(nameOf(entry.label, lost.event), lost.event, now - lost.at));
      }
    }
  }

  /** Forgets the losses. For the stop of the node, which ends all sessions. */
  forget(): void {
    for (const [idHex] of this.#lost.entries()) this.#parts.sink.withdraw(keyOf(idHex));
    this.#lost.clear();
  }

  #mayReport(idHex: string): boolean {
    const last = this.#reportedAt.peek(idHex) ?? -Infinity;
    return this.#parts.clock.monotonic() - last >= STATIC_REPEAT_MS;
  }

  #back(event: Extract<NodeEvent, { type: 'peer/added' }>): void {
    const { clock, sink, staticNode } = this.#parts;
    const { idHex } = event;
    const lost = this.#lost.peek(idHex);
    if (lost === undefined) return;
    this.#lost.delete(idHex);
    if (!lost.reported || sink.withdraw(keyOf(idHex))) return;
    const name = nameOf(staticNode(idHex)?.label ?? null, event);
    sink.add(
      createNotice({
        kind: 'static-node',
        key: keyOf(idHex),
        title: `Static node ${name} is connected again`,
        body: `${formatSocketAddress(event)}, after ${formatDuration(clock.monotonic() - lost.at)}.`,
        place: { view: 'peers', id: idHex },
      }),
    );
  }
}

const keyOf = (idHex: string): string => `static ${idHex}`;

/** The label of the list, else the client and the node ID. */
function nameOf(
  label: string | null,
  { name, idHex }: { readonly name: string; readonly idHex: string },
): string {
  const client = name.split('/')[0] ?? '';
  return label ?? `${client === '' ? '' : `${client} `}${shortId(idHex)}`;
}

function lostNotice(name: string, event: Lost['event'], forMs: number): Notice {
  const { cause, ageMs, idHex } = event;
  return createNotice({
    kind: 'static-node',
    key: keyOf(idHex),
    title: `Static node ${name} is disconnected`,
    body: `${formatSocketAddress(event)}, for ${formatDuration(forMs)}, after a session of ${formatDuration(ageMs)}: ${phraseOf(cause)}.`,
    place: { view: 'why', id: idHex },
  });
}
