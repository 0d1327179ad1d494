import { endSentence } from '../../shared/causes/sentences.ts';
import type { LogFields, Logger, Unsubscribe } from '../base/runtime.ts';
import { draftOf } from './event-drafts.ts';
import type { EndCause, EventSource, NodeEvent } from './events.ts';

/** Log fields of a cause: its code, its sentence, the side that ended the connection, the stage, and the reason on the wire. */
const causeFields = (cause: EndCause): LogFields => ({
  cause: cause.code,
  message: endSentence(cause),
  by: cause.by,
  stage: cause.stage,
  wire: cause.disconnectReason,
});

/** Writes events to the log. Packets and messages are too frequent and are not logged. */
export function logEvents(events: EventSource, logger: Logger): Unsubscribe {
  const node = logger.child('node');
  const peers = logger.child('peers');
  const dials = logger.child('dial');
  const discovery = logger.child('discovery');
  const nat = logger.child('nat');
  const bans = logger.child('bans');
  return events.subscribe((event) => {
    logNode(event, node);
    logPeer(event, peers, dials);
    logDiscovery(event, discovery);
    logLine(event, { node, peers, discovery, nat, bans });
  });
}

function logNode(event: NodeEvent, logger: Logger): void {
  if (event.type === 'node/phase') logPhase(event, logger);
  if (event.type === 'nodes/changed') logger.info('a node list changed', { list: event.list });
  if (event.type === 'record/updated')
    logger.info('local ENR updated', { seq: event.seq, entries: event.keys.join(', ') });
}

function logPhase(event: Extract<NodeEvent, { type: 'node/phase' }>, logger: Logger): void {
  if (event.phase !== 'failed') logger.info(`node is ${event.phase}`);
  else logger.error('the node cannot start', { code: event.code, reason: event.reason });
}

function logPeer(event: NodeEvent, peers: Logger, dials: Logger): void {
  switch (event.type) {
    case 'peer/added':
      peers.info('peer added', {
        name: event.name,
        id: event.idHex,
        direction: event.direction,
        ip: event.ip,
        port: event.port,
      });
      break;
    case 'peer/dropped':
      peers.info('peer dropped', {
        ...causeFields(event.cause),
        name: event.name,
        id: event.idHex,
        direction: event.direction,
        ip: event.ip,
        ageMs: Math.round(event.ageMs),
      });
      break;
    case 'dial/ended':
      if (event.cause === undefined) break;
      dials[event.kind === 'static' ? 'info' : 'debug'](`${event.kind} dial ended`, {
        ...causeFields(event.cause),
        id: event.node.idHex,
        ip: event.node.ip,
        port: event.node.tcp,
      });
      break;
    case 'inbound/ended':
      peers.debug('inbound connection ended', {
        ...causeFields(event.cause),
        ip: event.ip,
        port: event.port,
        id: event.idHex,
      });
      break;
    default:
      break;
  }
}

function logDiscovery(event: NodeEvent, logger: Logger): void {
  if (event.type === 'discovery/external-address') {
    logger.info('external address confirmed', { ip: event.ip, port: event.port, votes: event.votes });
  }
  if (event.type === 'discovery/session' && event.failure !== undefined) {
    const { idHex: id, ip, role, failure } = event;
    logger.debug('discovery v5 handshake failed', { id, ip, role, failure });
  }
  if (event.type === 'discovery/lookup-done') {
    logger.debug('lookup done', {
      target: event.target,
      rounds: event.rounds,
      found: event.found,
      ms: Math.round(event.durationMs),
    });
  }
}

/** Logs events with the text of their line in the event list. */
function logLine(
  event: NodeEvent,
  loggers: Readonly<Record<'node' | 'peers' | 'discovery' | 'nat' | 'bans', Logger>>,
): void {
  switch (event.type) {
    case 'ban/added':
    case 'ban/removed':
      writeLine(event, loggers.bans);
      break;
    case 'nat/mapped':
    case 'nat/failed':
    case 'nat/external':
      writeLine(event, loggers.nat);
      break;
    case 'node/woke':
    case 'node/network-changed':
    case 'settings/changed':
      writeLine(event, loggers.node);
      break;
    case 'dns/root':
      writeLine(event, loggers.discovery);
      break;
    case 'dropper/dropped':
      writeLine(event, loggers.peers);
      break;
    case 'peer/established':
      loggers.peers.debug('peer established', { id: event.idHex, detail: event.detail });
      break;
    case 'reputation/changed': {
      const { idHex: id, offence, change, score } = event;
      loggers.peers.debug('reputation changed', { id, offence, change, score });
      break;
    }
    default:
      break;
  }
}

function writeLine(event: NodeEvent, logger: Logger): void {
  const line = draftOf(event);
  if (line === undefined) return;
  const fields = { id: line.nodeId ?? undefined, address: line.address ?? undefined };
  logger[line.tone === 'warning' ? 'warn' : 'info'](line.text, fields);
}
