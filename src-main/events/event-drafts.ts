import type { EventLine } from '../../shared/model/peer.ts';
import {
  banReason,
  lowerFirst,
  phraseOf,
  titleOfCode,
  withoutFullStop,
} from '../../shared/causes/sentences.ts';
import { formatDuration, formatQuantity } from '../../shared/format.ts';
import { SETTINGS, type SettingKey } from '../../shared/settings-table.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause, NodeEvent } from './events.ts';
import { plainText } from './plain-text.ts';
import { isUsualEnd } from '../causes/policy.ts';

/** The text of an event in the event list and in the log. Omitted fields are null in the line. */
export type LineDraft = Pick<EventLine, 'tone' | 'text'> &
  Partial<Omit<EventLine, 'seq' | 'at' | 'kind' | 'tone' | 'text'>>;

const toneOf = (cause: EndCause): EventLine['tone'] => (isUsualEnd(cause) ? 'quiet' : 'warning');

/** Longer reasons of a failed start are cut, characters: they may name a path. */
const MAX_REASON = 1_024;

const addressOf = (ip: string | undefined, port: number): string | null => {
  if (ip === undefined) return null;
  return ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
};
const aboutNode = (node: Node): Pick<EventLine, 'nodeId' | 'address'> => ({
  nodeId: node.idHex,
  address: addressOf(node.ip ?? node.hostname, node.tcp),
});

/** Returns the line of an event; undefined for events that have no line. */
export function draftOf(event: NodeEvent): LineDraft | undefined {
  switch (event.type) {
    case 'peer/added':
    case 'peer/dropped':
    case 'dial/ended':
    case 'inbound/ended':
    case 'dropper/dropped':
      return peerDraft(event);
    case 'ban/added':
    case 'ban/removed':
      return banDraft(event);
    case 'nat/mapped':
    case 'nat/failed':
    case 'nat/external':
    case 'discovery/external-address':
    case 'node/woke':
    case 'node/network-changed':
      return reachDraft(event);
    case 'discovery/session':
    case 'dns/root':
      return findingDraft(event);
    case 'discovery/lookup-done':
    case 'record/updated':
    case 'nodes/changed':
    case 'settings/changed':
    case 'node/phase':
      return ownDraft(event);
    default:
      return undefined;
  }
}

type Of<Type extends NodeEvent['type']> = Extract<NodeEvent, { type: Type }>;

function peerDraft(
  event: Of<'peer/added' | 'peer/dropped' | 'dial/ended' | 'inbound/ended' | 'dropper/dropped'>,
): LineDraft | undefined {
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
        text: `Inbound connection ended: ${phraseOf(event.cause)}`,
        nodeId: event.idHex ?? null,
        address: addressOf(event.ip, event.port),
        direction: 'inbound',
        endedBy: event.cause.by,
      };
    case 'dropper/dropped':
      return {
        tone: 'quiet',
        text: 'Peer dropped to free a slot',
        nodeId: event.idHex,
        direction: event.direction,
        endedBy: 'local',
      };
  }
}

/** A replaced ban has no line, because the new ban has one. */
function banDraft(event: Of<'ban/added' | 'ban/removed'>): LineDraft | undefined {
  const { target, name, by, createdAt, until } = event.ban;
  const reason = banReason(event.ban);
  const subject = {
    nodeId: target.kind === 'node' ? target.value : null,
    nodeName: name === null ? null : plainText(name),
    address: target.kind === 'node' ? null : target.value,
  };
  if (event.type === 'ban/removed') {
    if (event.how === 'replaced') return undefined;
    return { tone: 'quiet', text: event.how === 'user' ? 'Ban removed' : 'Ban expired', ...subject };
  }
  const time = until === null ? 'permanently' : `for ${formatDuration(until - createdAt)}`;
  const why = reason === '' ? '' : `: ${plainText(reason)}`;
  return {
    tone: 'warning',
    text: `${by === 'score' ? 'Banned by score' : 'Banned'} ${time}${why}`,
    ...subject,
  };
}

function reachDraft(
  event: Of<
    | 'nat/mapped'
    | 'nat/failed'
    | 'nat/external'
    | 'discovery/external-address'
    | 'node/woke'
    | 'node/network-changed'
  >,
): LineDraft {
  switch (event.type) {
    case 'nat/mapped': {
      const { protocol, externalPort, internalPort } = event.mapping;
      const port = `${protocol.toUpperCase()} port ${String(externalPort)}`;
      const inner = internalPort === externalPort ? '' : ` to internal port ${String(internalPort)}`;
      return { tone: 'good', text: `${plainText(event.gateway)} forwards ${port}${inner}` };
    }
    case 'nat/failed':
      return {
        tone: 'warning',
        text: `No port is forwarded (${event.method}): ${withoutFullStop(plainText(event.failure.message))}; next attempt in ${formatDuration(event.retryInMs)}`,
      };
    case 'nat/external':
      return {
        tone: 'good',
        text: `External address reported by ${event.source === 'nat' ? 'the gateway' : 'the STUN server'}`,
        address: event.ip,
      };
    case 'discovery/external-address':
      return {
        tone: 'good',
        text: `External address confirmed by ${formatQuantity(event.votes, 'node')}`,
        address: addressOf(event.ip, event.port),
      };
    case 'node/woke':
      return {
        tone: 'warning',
        text: `The machine slept for ${formatDuration(event.sleptMs)}; the node renews its sockets, its port mapping and its ENR`,
      };
    case 'node/network-changed':
      return {
        tone: 'warning',
        text: `Addresses of this machine are now: ${event.addresses.join(', ') || 'none'}`,
      };
  }
}

/** A handshake that timed out has no line, because most of those nodes are offline. */
function findingDraft(event: Of<'discovery/session' | 'dns/root'>): LineDraft | undefined {
  if (event.type === 'dns/root') {
    const { failure } = event;
    const domain = plainText(event.domain);
    if (failure === undefined)
      return {
        tone: 'quiet',
        text: `DNS node list ${domain} verified: sequence number ${String(event.seq)}`,
      };
    return {
      tone: 'warning',
      text: `DNS node list ${domain}: ${withoutFullStop(plainText(failure.message))}`,
    };
  }
  const { failure } = event;
  if (failure === undefined || failure === 'timeout') return undefined;
  return {
    tone: 'quiet',
    text: `Discovery v5 handshake failed: ${lowerFirst(titleOfCode(failure))}`,
    nodeId: event.idHex,
    address: event.ip,
    direction: event.role === 'initiator' ? 'outbound' : 'inbound',
  };
}

function ownDraft(
  event: Of<'discovery/lookup-done' | 'record/updated' | 'nodes/changed' | 'settings/changed' | 'node/phase'>,
): LineDraft {
  switch (event.type) {
    case 'discovery/lookup-done':
      return {
        tone: 'quiet',
        text: `Lookup: ${formatQuantity(event.found, 'node')} in ${formatQuantity(event.rounds, 'round')}, ${formatDuration(event.durationMs)}`,
      };
    case 'record/updated':
      return {
        tone: 'quiet',
        text: `Local ENR updated to sequence number ${String(event.seq)}: ${event.keys.join(', ')}`,
      };
    case 'nodes/changed':
      return { tone: 'quiet', text: `The list of ${LIST_WORDS[event.list]} changed` };
    case 'settings/changed':
      return { tone: 'quiet', text: `Settings changed: ${event.keys.map(settingTitle).join(', ')}` };
    case 'node/phase':
      return event.phase === 'failed'
        ? {
            tone: 'bad',
            text: `Node could not start: ${withoutFullStop(plainText(event.reason, MAX_REASON))}`,
          }
        : { tone: event.phase === 'running' ? 'good' : 'quiet', text: PHASE_WORDS[event.phase] };
  }
}

const settingTitle = (key: string): string =>
  Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingKey].title : key;

const LIST_WORDS = { bootnodes: 'bootnodes', static: 'static nodes', trusted: 'trusted nodes' } as const;
const PHASE_WORDS = {
  starting: 'Node is starting',
  running: 'Node is running',
  stopping: 'Node is stopping',
  stopped: 'Node has stopped',
} as const;

function droppedLine(event: Extract<NodeEvent, { type: 'peer/dropped' }>): LineDraft {
  return {
    tone: toneOf(event.cause),
    text: `Peer disconnected after ${formatDuration(event.ageMs)}: ${phraseOf(event.cause)}`,
    nodeId: event.idHex,
    nodeName: plainText(event.name),
    address: addressOf(event.ip, event.port),
    direction: event.direction,
    endedBy: event.cause.by,
  };
}

/** A dial that led to a session has no line, because `peer/added` has one. */
function dialLine(event: Extract<NodeEvent, { type: 'dial/ended' }>): LineDraft | undefined {
  if (event.cause === undefined) return undefined;
  return {
    tone: event.kind === 'static' ? 'warning' : toneOf(event.cause),
    text: `${event.kind === 'static' ? 'Dial of a static node' : 'Dial'} ended: ${phraseOf(event.cause)}`,
    ...aboutNode(event.node),
    direction: 'outbound',
    endedBy: event.cause.by,
  };
}
