import type { EventLine } from '../../shared/model/peer.ts';
import { formatDuration } from '../../shared/format.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause, NodeEvent } from './events.ts';
import { plainText } from './plain-text.ts';
import { Ring } from './ring.ts';
import { phraseOf } from './words.ts';

/** Lines that are kept. BOUNDED: 500. */
const MAX_LINES = 500;
/** The walk for candidates looks something up every few seconds: one such line a minute is enough. */
const LOOKUP_LINE_MS = 60_000;

type Draft = Pick<EventLine, 'tone' | 'text'> &
  Partial<Omit<EventLine, 'seq' | 'at' | 'kind' | 'tone' | 'text'>>;

/** Reasons that say nothing is wrong: the usual life of a network whose nodes are full. */
const USUAL_CAUSES: ReadonlySet<string> = new Set([
  'too-many-peers',
  'useless-peer',
  'no-shared-protocol',
  'wrong-network',
  'wrong-genesis',
  'wrong-fork',
  'already-connected',
  'client-quitting',
  'disconnect-requested',
  'fork-refused',
  'too-many-inbound-peers',
  'aborted',
  'timed-out',
  'connection-refused',
  'unreachable',
]);

const toneOf = (cause: EndCause): EventLine['tone'] => (USUAL_CAUSES.has(cause.code) ? 'quiet' : 'look');

const addressOf = (ip: string | undefined, port: number): string | null => {
  if (ip === undefined) return null;
  return ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
};
const aboutNode = (node: Node): Pick<EventLine, 'nodeId' | 'address'> => ({
  nodeId: node.idHex,
  address: addressOf(node.ip ?? node.hostname, node.tcp),
});

/** Turns the facts that a person wants to read into lines; the others give none. */
export class EventLines {
  readonly #lines = new Ring<EventLine>(MAX_LINES);
  #seq = 0;
  #lookupAt = 0;

  apply(event: NodeEvent, at: number): void {
    if (event.type === 'discovery/lookup-done') {
      if (at - this.#lookupAt < LOOKUP_LINE_MS) return;
      this.#lookupAt = at;
    }
    const draft = draftOf(event);
    if (draft === undefined) return;
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

function draftOf(event: NodeEvent): Draft | undefined {
  switch (event.type) {
    case 'peer/added':
      return {
        tone: 'good',
        text: 'Peer added',
        nodeId: event.idHex,
        nodeName: plainText(event.name),
        address: addressOf(event.ip, event.port),
        direction: event.direction,
      };
    case 'peer/dropped':
      return droppedLine(event);
    case 'dial/ended':
      return dialLine(event);
    case 'inbound/ended':
      return {
        tone: 'quiet',
        text: `Incoming connection ended: ${phraseOf(event.cause)}`,
        nodeId: event.idHex ?? null,
        address: addressOf(event.ip, event.port),
        direction: 'inbound',
        endedBy: event.cause.by,
      };
    case 'discovery/lookup-done':
      return {
        tone: 'quiet',
        text: `Lookup: ${count(event.found, 'node')} in ${count(event.rounds, 'round')}, ${formatDuration(event.durationMs)}`,
      };
    case 'discovery/external-address':
      return {
        tone: 'good',
        text: `External address agreed by ${count(event.votes, 'node')}`,
        address: addressOf(event.ip, event.port),
      };
    case 'record/updated':
      return { tone: 'quiet', text: `Own record is now number ${String(event.seq)}: ${event.reason}` };
    case 'nodes/changed':
      return { tone: 'quiet', text: `The list of ${LIST_WORDS[event.list]} changed` };
    case 'node/phase':
      return { tone: event.phase === 'running' ? 'good' : 'quiet', text: PHASE_WORDS[event.phase] };
    case 'discovery/packet':
    case 'discovery/dropped':
    case 'discovery/node-added':
    case 'discovery/node-removed':
    case 'dial/started':
    case 'dial/refused':
    case 'inbound/accepted':
    case 'peer/message':
      return undefined;
  }
}

const LIST_WORDS = { bootnodes: 'bootnodes', static: 'static nodes', trusted: 'trusted nodes' } as const;
const PHASE_WORDS = {
  starting: 'Node is starting',
  running: 'Node is running',
  stopping: 'Node is stopping',
  stopped: 'Node has stopped',
} as const;

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

function droppedLine(event: Extract<NodeEvent, { type: 'peer/dropped' }>): Draft {
  return {
    tone: toneOf(event.cause),
    text: `Peer left after ${formatDuration(event.ageMs)}: ${phraseOf(event.cause)}`,
    nodeId: event.idHex,
    nodeName: plainText(event.name),
    address: addressOf(event.ip, event.port),
    direction: event.direction,
    endedBy: event.cause.by,
  };
}

/** A dial that became a session has its line from `peer/added`. */
function dialLine(event: Extract<NodeEvent, { type: 'dial/ended' }>): Draft | undefined {
  if (event.cause === undefined) return undefined;
  return {
    tone: event.kind === 'static' ? 'look' : toneOf(event.cause),
    text: `${event.kind === 'static' ? 'Dial of a static node' : 'Dial'} ended: ${phraseOf(event.cause)}`,
    ...aboutNode(event.node),
    direction: 'outbound',
    endedBy: event.cause.by,
  };
}
