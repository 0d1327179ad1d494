import type { HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import { banReason } from '../../shared/causes/sentences.ts';
import { formatDuration, formatQuantity, shortId } from '../../shared/format.ts';
import type { Clock } from '../base/runtime.ts';
import type { NodeEvent } from '../events/events.ts';
import { HeldCondition } from './held-condition.ts';
import { createNotice, type Notice } from './notice.ts';
import { NoticeOutbox, type OutboxParts } from './notice-outbox.ts';
import { StaticNodeNotices, type StaticNodeParts } from './static-node-notices.ts';

/**
 * How long the node must be without a peer, milliseconds: the first peers can take minutes, because most nodes are full, and
 * a router needs a few minutes to restart. Reported again only after as long a time with peers.
 */
export const NO_PEERS = { onsetMs: 600_000, resetMs: 600_000 } as const;

/** The health check waits 15 minutes itself. A port that stays unreachable is reported once a day. */
export const PORT = { onsetMs: 0, resetMs: 86_400_000 } as const;

/** The first peers that announce a fork may be wrong; after five minutes peers of several networks agree. */
export const FORK = { onsetMs: 300_000, resetMs: 86_400_000 } as const;

/** The facts of the node's status that notifications need. */
export type NoticeFacts = Pick<NodeStatus, 'phase' | 'health' | 'peers' | 'limits' | 'listening'>;

/** What the notifications ask and do. */
export type NotificationParts = OutboxParts & Pick<StaticNodeParts, 'staticNode'>;

/** Decides which events and facts of the node become notifications, and when. */
export class Notifications {
  readonly #outbox: NoticeOutbox;
  readonly #statics: StaticNodeNotices;
  readonly #noPeers: HeldCondition;
  readonly #port: HeldCondition;
  readonly #fork: HeldCondition;
  #running = false;

  constructor(parts: NotificationParts) {
    const clock: Clock = parts.clock;
    this.#outbox = new NoticeOutbox(parts);
    this.#statics = new StaticNodeNotices({ clock, sink: this.#outbox, staticNode: parts.staticNode });
    this.#noPeers = new HeldCondition(clock, NO_PEERS);
    this.#port = new HeldCondition(clock, PORT);
    this.#fork = new HeldCondition(clock, FORK);
  }

  /** Takes each event of the node. */
  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'node/phase':
        this.#phase(event);
        return;
      case 'node/woke':
        this.#noPeers.interrupt();
        return;
      case 'ban/added':
        if (event.ban.by === 'score') this.#outbox.add(banNotice(event.ban));
        return;
      case 'peer/added':
      case 'peer/dropped':
        if (this.#running) this.#statics.apply(event);
        return;
      default:
    }
  }

  /** Takes the facts of now; called every few seconds. */
  observe(facts: NoticeFacts): void {
    const isRunning = facts.phase === 'running';
    const lineOf = (id: string): HealthCheck | undefined =>
      isRunning ? facts.health.find((line) => line.id === id) : undefined;
    const peers = lineOf('peers-out');
    // The line is no warning where settings leave no outbound peer.
    if (this.#noPeers.update(peers?.state === 'warning' && facts.peers.total === 0)) {
      this.#outbox.add(noPeersNotice(facts));
    }
    if (facts.peers.total > 0) this.#outbox.withdraw('no-peers');
    const port = lineOf('inbound');
    if (this.#port.update(port?.state === 'warning') && port !== undefined) {
      this.#outbox.add(portNotice(port, facts));
    }
    const fork = lineOf('unknown-fork');
    if (this.#fork.update(fork !== undefined) && fork !== undefined) this.#outbox.add(forkNotice(fork));
    if (isRunning) this.#statics.check();
  }

  /** Drops what was not shown yet. */
  stop(): void {
    this.#outbox.stop();
  }

  #phase(event: Extract<NodeEvent, { type: 'node/phase' }>): void {
    this.#running = event.phase === 'running';
    if (event.phase === 'failed') this.#outbox.add(failureNotice(event.reason));
    if (event.phase === 'running') this.#outbox.withdraw('failure');
    if (event.phase !== 'running') this.#statics.forget();
  }
}

function noPeersNotice({ limits, peers }: NoticeFacts): Notice {
  const waiting = formatQuantity(peers.waiting, 'node waits', 'nodes wait');
  return createNotice({
    kind: 'no-peers',
    key: 'no-peers',
    title: `No peers for ${formatDuration(NO_PEERS.onsetMs)}`,
    body: `0 of ${formatQuantity(limits.maxPeers, 'slot')} taken; ${formatQuantity(peers.dialing, 'dial')} in progress, ${waiting} for a dial.`,
    place: { view: 'why', id: null },
  });
}

function portNotice({ title, evidence, advice }: HealthCheck, { listening }: NoticeFacts): Notice {
  const port = listening.find(({ protocol }) => protocol === 'tcp')?.port;
  return createNotice({
    kind: 'port',
    key: 'port',
    title,
    body: `Port ${String(port ?? 'unknown')}: ${evidence}. ${advice ?? ''}`,
    place: { view: 'doctor', tab: 'own' },
  });
}

function forkNotice({ title, evidence, advice }: HealthCheck): Notice {
  return createNotice({
    kind: 'fork',
    key: 'fork',
    title,
    body: `${evidence}. ${advice ?? ''}`,
    place: { view: 'settings', key: 'forkOverrides' },
  });
}

const failureNotice = (reason: string): Notice =>
  createNotice({
    kind: 'failure',
    key: 'failure',
    title: 'The node is not running',
    body: reason,
    place: { view: 'overview' },
  });

function banNotice(ban: Extract<NodeEvent, { type: 'ban/added' }>['ban']): Notice {
  const { target, name, until, createdAt } = ban;
  const id = target.kind === 'node' ? shortId(target.value) : target.value;
  const time = until === null ? 'permanently' : `for ${formatDuration(until - createdAt)}`;
  return createNotice({
    kind: 'ban',
    key: `ban ${ban.id}`,
    title: `Banned by score: ${name === null ? id : `${name.split('/')[0] ?? name} ${id}`}`,
    body: `${banReason(ban)}; banned ${time}.`,
    place: { view: 'bans' },
  });
}
