/** Rules for a test that came to no session: they compare what UDP, TCP and the records say. */
import { causeSpec } from '../../shared/causes/catalogue.ts';
import { formatQuantity } from '../../shared/format.ts';
import { formatSocketAddress } from '../base/ip.ts';
import { NetworkError } from '../base/errors.ts';
import { networkCause } from '../causes/end-cause.ts';
import { describeHead } from './connection-steps.ts';
import { portsIn } from './discovery-steps.ts';
import type { Evidence } from './evidence.ts';
import { enodeOf } from './parse-step.ts';
import { causeOf } from './step-log.ts';
import { endCauseCode, type Finding, type Rule } from './verdict-rule.ts';
import { newerText, staleEndpoint } from './stale-endpoint.ts';

/** The rules without a session, in the order in which they are tried. */
export const connectRules: readonly Rule[] = [
  otherKey,
  staleText,
  noPort,
  connectFailed,
  notRlpx,
  closedBeforeAck,
  handshakeFailed,
];

const isAlive = ({ ping, v5 }: Evidence): boolean =>
  (ping?.kind === 'answered' && ping.isExpectedKey) || v5 === 'answered';

/** A Pong signed by another key proves that the key given is not that of the node at the address. */
function otherKey({ ping, endpoints }: Evidence): Finding | undefined {
  if (ping?.kind !== 'answered' || ping.isExpectedKey) return undefined;
  const { ip, tcp, udp } = ping.endpoint;
  const address = formatSocketAddress({ ip, port: udp });
  return {
    result: 'no-peer',
    cause: causeOf('wrong-node-key', { address }),
    title: 'The node at this address has another key',
    certainty: 'proven',
    reason: 'The Pong from there is signed by the other key',
    suggestion: endpoints.length === 0 ? null : enodeOf(ping, ip, tcp, udp),
  };
}

/** Nothing works at the endpoint given, and the node's own signed record names another. */
function staleText(evidence: Evidence): Finding | undefined {
  const isLost = evidence.connectFailures.length > 0 || evidence.end?.stage === 'encryption';
  if (!isLost) return undefined;
  const cause = staleEndpoint(evidence);
  if (cause === undefined) return undefined;
  const hasOwn = evidence.record !== undefined;
  return {
    result: 'no-peer',
    cause,
    title: hasOwn
      ? 'It is alive, but not at the TCP port given'
      : 'The text given is out of date: a newer record names another endpoint',
    certainty: 'proven',
    reason: 'The node’s own key signed the record that names the other endpoint',
    suggestion: correctedText(evidence) ?? newerText(evidence),
  };
}

/** The enode URL with the port of its record. */
function correctedText({ node, record, endpoints }: Evidence): string | null {
  const [used] = endpoints;
  if (node === undefined || record === undefined || used === undefined) return null;
  const { tcp, udp } = portsIn(record, used.ip);
  return enodeOf(node, used.ip, tcp, udp === 0 ? used.udp : udp);
}

function noPort(evidence: Evidence): Finding | undefined {
  const { endpoints, connectFailures, connectedTo } = evidence;
  if (connectFailures.length > 0 || connectedTo !== undefined) return undefined;
  if (endpoints.length === 0 || endpoints.some(({ tcp }) => tcp !== 0)) return undefined;
  return {
    result: 'no-peer',
    cause: causeOf('no-port'),
    title: 'It takes no sessions: it names no TCP port',
    certainty: 'proven',
    reason: 'Neither the text given nor its record has a TCP port',
  };
}

/** TCP did not connect; UDP tells whether the node is alive. */
function connectFailed(evidence: Evidence): Finding | undefined {
  const [failure] = evidence.connectFailures;
  if (failure === undefined) return undefined;
  const { code, params } = networkCause(new NetworkError(failure.code, failure.message), 'connect');
  const at = formatSocketAddress(failure.to);
  const alive = isAlive(evidence);
  const base = { result: 'no-peer', cause: { code, params } } as const;
  if (code === 'connection-refused') {
    return {
      ...base,
      title: alive ? `It is alive, but refuses TCP connections at ${at}` : `Nothing takes sessions at ${at}`,
      meaning: alive
        ? 'Its discovery answers, but nothing listens at its TCP port, or its firewall rejects us.'
        : 'The machine is up, but nothing listens at the TCP port, and no discovery answers: the node is stopped, or has moved.',
      certainty: 'proven',
      reason: 'The machine refused the connection itself',
      advice: 'Ask its operator whether the node runs, and at which port',
    };
  }
  if (code === 'timed-out') {
    return {
      ...base,
      fault: alive ? 'theirs' : 'network',
      title: alive ? `It is alive, but its TCP port is silent` : `Nothing answers at ${at}`,
      meaning: alive
        ? 'Its discovery answers, but TCP does not: a firewall drops it, or the node is overloaded.'
        : causeSpec('timed-out').meaning,
      certainty: alive ? 'likely' : 'unclear',
      reason: alive
        ? 'The machine is reachable by UDP, so that silence at TCP is a filter or a full queue'
        : 'Silence does not tell whether the node is gone or a firewall drops the packets',
      advice: 'Ask its operator whether the TCP port is open',
    };
  }
  const isHere = ['permission-denied', 'address-not-available', 'unreachable'].includes(code);
  return { ...base, certainty: isHere ? 'proven' : 'likely', reason: `The system says: ${failure.message}` };
}

/** Bytes arrived in place of an ack, and they are none. */
function notRlpx({ end, received }: Evidence): Finding | undefined {
  if (end?.stage !== 'encryption' || received === undefined || received.count === 0) return undefined;
  const text = describeHead(received.head);
  return {
    result: 'no-peer',
    cause: causeOf('not-rlpx', { received: text }),
    title: 'Another program answers at the TCP port',
    certainty: 'proven',
    reason: `The ${formatQuantity(received.count, 'byte')} that it sent ${received.count === 1 ? 'is' : 'are'} no answer to the RLPx handshake`,
  };
}

/** It closed without a byte: its key tells whether it could read our auth. */
function closedBeforeAck(evidence: Evidence): Finding | undefined {
  const { end, v5 } = evidence;
  const isClosed =
    end?.code === 'auth-unanswered' || end?.code === 'connection-reset' || end?.code === 'connection-lost';
  if (end?.stage !== 'encryption' || !isClosed) return undefined;
  if (isAlive(evidence)) {
    return {
      result: 'no-peer',
      cause: causeOf('refused-by-it'),
      title: 'It is alive, but closes our connections',
      meaning:
        'It accepts the TCP connection and closes it before the handshake: it has no free handshake slot, accepted a connection from here just before, or has banned this address.',
      certainty: 'likely',
      reason:
        v5 === 'answered'
          ? 'Discovery proved its key, so that a wrong key is not the cause'
          : 'Its Pong proved its key, so that a wrong key is not the cause',
      advice: 'Test again in a minute. If it stays, ask its operator whether this address is banned',
    };
  }
  return {
    result: 'no-peer',
    cause: endCauseCode(end),
    title: 'It closes the connection before the handshake',
    meaning:
      'A node with another key than the one given does so, because it cannot read our auth. A node that is full, or has banned this address, does so too.',
    certainty: 'unclear',
    reason: 'No discovery packet was answered, so that its key is not proven',
  };
}

function handshakeFailed({ end }: Evidence): Finding | undefined {
  if (end === undefined) return undefined;
  const isSilent = end.code === 'handshake-timeout';
  return {
    result: 'no-peer',
    cause: endCauseCode(end),
    ...(isSilent && { title: 'It accepts TCP connections, but says nothing' }),
    certainty: isSilent ? 'likely' : 'proven',
    reason: isSilent
      ? 'It is overloaded, or another program waits for other bytes'
      : 'The handshake failed at this point',
  };
}
