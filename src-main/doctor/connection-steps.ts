/** The steps over TCP before a session: connect, encryption handshake, Hello. */
import { endSentence, lowerFirst } from '../../shared/causes/sentences.ts';
import { bytesToHex } from '../base/bytes.ts';
import { NetworkError } from '../base/errors.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { Scope } from '../base/lifecycle.ts';
import { networkCause, silentEnd } from '../causes/end-cause.ts';
import type { ConnectionTap, TapSource } from '../events/connection-tap.ts';
import type { EndCause } from '../events/events.ts';
import { capabilityText, negotiate } from '../p2p/capabilities.ts';
import { endCauseOf } from '../p2p/end-cause.ts';
import { exchangeHello, type HelloConnection } from '../p2p/hello.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { secureOutbound } from '../rlpx/secure.ts';
import type { DoctorEnvironment } from './environment.ts';
import type { ConnectFailure, Evidence } from './evidence.ts';
import { causeOf, fact, ownFact, type StepLog, type StepResult } from './step-log.ts';
import { WatchedStream } from './watched-stream.ts';

/** Limit of a TCP connect, milliseconds (our choice): shorter than that of a dial, so that several addresses fit into a step. */
export const CONNECT_TIMEOUT_MS = 6_000;

/** BOUNDED: addresses that are tried. */
const MAX_CONNECTS = 2;

/** Limit of Hello, milliseconds (our choice; a session waits 30 s for a frame). */
export const HELLO_TIMEOUT_MS = 10_000;

/**
 * Age of a session below which no second connection is opened, milliseconds: two nodes of this client that dial each other
 * within this time keep one of the connections, which could be the second one (server/tie-break.ts).
 */
const YOUNG_SESSION_MS = 12_000;

/** An open connection; `tap` records it. */
export interface OpenConnection {
  readonly stream: WatchedStream;
  readonly tap: ConnectionTap | undefined;
}

/** Connects to the first address that accepts. */
export async function tcpStep(
  { dialer }: Pick<DoctorEnvironment, 'dialer'>,
  taps: Pick<TapSource, 'connection'> | undefined,
  evidence: Evidence,
  log: StepLog,
  scope: Scope,
): Promise<{ readonly result: StepResult; readonly open?: OpenConnection }> {
  if ((evidence.sessionAgeMs ?? YOUNG_SESSION_MS) < YOUNG_SESSION_MS) {
    const finding = 'a session of a few seconds exists: a second connection could replace it';
    return { result: { state: 'not-needed', finding } };
  }
  const endpoints = evidence.endpoints.filter(({ tcp }) => tcp !== 0).slice(0, MAX_CONNECTS);
  if (endpoints.length === 0) {
    const result: StepResult = {
      state: 'failed',
      finding: 'no TCP port is known',
      cause: causeOf('no-port'),
    };
    return { result };
  }
  const failures: ConnectFailure[] = [];
  for (const { ip, tcp: port } of endpoints) {
    const to = { ip, port };
    log.sent(fact('Packet', 'SYN'), fact('To', formatSocketAddress(to)));
    try {
      const stream = new WatchedStream(
        await dialer.dial(to, { timeoutMs: CONNECT_TIMEOUT_MS, signal: scope.signal }),
      );
      evidence.connectedTo = to;
      log.received(fact('Packet', 'SYN, ACK'), ownFact('From local', formatSocketAddress(stream.local)));
      const tap = taps?.connection('outbound', stream.remote);
      return {
        result: { state: 'passed', finding: `connected to ${formatSocketAddress(to)}` },
        open: { stream, tap },
      };
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      failures.push({ to, code: error.code, message: error.message });
      log.received(fact('Result', error.message, 'bad'));
    }
  }
  evidence.connectFailures = failures;
  return { result: connectFailed(failures) };
}

function connectFailed(failures: readonly ConnectFailure[]): StepResult {
  const [first] = failures;
  if (first === undefined) return { state: 'failed', finding: 'no address was tried' };
  const at = formatSocketAddress(first.to);
  const { code, params } = networkCause(new NetworkError(first.code, first.message), 'connect');
  const state = 'failed';
  const cause = { code, params };
  switch (first.code) {
    case 'connection-refused':
      return {
        state,
        cause,
        finding: `refused by ${at}`,
        explanation:
          'A refusal at once means that the machine is up and nothing listens at the port, or that a firewall refuses openly. A firewall that drops packets would be silent.',
      };
    case 'timed-out':
      return {
        state,
        cause,
        finding: `no answer from ${at} in ${String(CONNECT_TIMEOUT_MS / 1_000)} s`,
        explanation:
          'Silence means that a firewall drops the packets, that the machine is off, or that its queue of connections is full.',
      };
    default:
      return { state, cause, finding: first.message };
  }
}

/** Performs the encryption handshake as initiator. */
export async function rlpxStep(
  { identity, random, clock }: Pick<DoctorEnvironment, 'identity' | 'random' | 'clock'>,
  { stream, tap }: OpenConnection,
  evidence: Evidence,
  log: StepLog,
): Promise<{ readonly result: StepResult; readonly connection?: RlpxConnection }> {
  const { node } = evidence;
  if (node === undefined) return { result: { state: 'not-reached', finding: 'needs a node' } };
  tap?.identified(node.idHex);
  log.sent(fact('Packet', 'auth (EIP-8)'), fact('Encrypted for', node.idHex));
  try {
    const { privateKey } = identity;
    const options = { privateKey, remotePublicKey: node.publicKey, random, clock, tap };
    const connection = await secureOutbound(stream, options);
    evidence.received = stream.received;
    log.received(
      fact('Packet', `ack, ${String(stream.received.count)} bytes`),
      fact('Key', 'proven', 'good'),
    );
    return { result: { state: 'passed', finding: 'ack by the key given' }, connection };
  } catch (error) {
    evidence.received = stream.received;
    const end = endCauseOf(error, 'encryption');
    noteReceived(evidence, log);
    return { result: ended(end, evidence, log, tap) };
  }
}

function noteReceived({ received }: Evidence, log: StepLog): void {
  if (received === undefined) return;
  const { count, head } = received;
  log.received(fact('Bytes', count), fact('Begins', count === 0 ? 'nothing' : describeHead(head)));
}

/** The first bytes as text where they are text, else as hex. */
export function describeHead(head: Uint8Array): string {
  const isText =
    head.length >= 4 &&
    head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  return isText ? `“${String.fromCharCode(...head).trim()}”` : bytesToHex(head);
}

/** Exchanges Hello within its limit. */
export async function helloStep(
  { identity }: Pick<DoctorEnvironment, 'identity'>,
  connection: RlpxConnection,
  evidence: Evidence,
  log: StepLog,
  scope: Scope,
): Promise<{ readonly result: StepResult; readonly hello?: HelloConnection }> {
  const ours = identity.hello();
  log.sent(
    fact('Message', 'Hello'),
    ownFact('Client', ours.clientName),
    fact('Capabilities', ours.capabilities.map(capabilityText).join(', ')),
  );
  try {
    const hello = await Promise.race([exchangeHello(connection, ours), scope.delay(HELLO_TIMEOUT_MS)]);
    if (hello === undefined) {
      const end = scope.closed
        ? silentEnd('local', 'hello', 'aborted')
        : silentEnd('network', 'hello', 'read-timeout');
      return { result: ended(end, evidence, log, connection.tap) };
    }
    return { result: helloReceived(hello, evidence, log), hello };
  } catch (error) {
    return { result: ended(endCauseOf(error, 'hello'), evidence, log, connection.tap) };
  }
}

function helloReceived(hello: HelloConnection, evidence: Evidence, log: StepLog): StepResult {
  const { remoteHello, localHello } = hello;
  const { clientName, capabilities, p2pVersion, listenPort } = remoteHello;
  const sized = localHello.capabilities.map((capability) => ({ ...capability, length: 0 }));
  const agreed = negotiate(sized, capabilities).map(({ protocol }) => capabilityText(protocol));
  evidence.agreed = agreed;
  const client = fact('Client', clientName);
  evidence.client = client.value;
  log.received(
    fact('Message', 'Hello'),
    client,
    fact('p2p version', p2pVersion),
    fact('Capabilities', capabilities.map(capabilityText).join(', ')),
    fact('Listens at', listenPort === 0 ? 'not told' : listenPort),
    fact('Agreed', agreed.join(', '), 'good'),
  );
  return { state: 'passed', finding: `${client.value}, ${agreed.join(', ')}` };
}

/** The result of a step in which the connection ended. */
export function ended(
  end: EndCause,
  evidence: Evidence,
  log: StepLog,
  tap: ConnectionTap | undefined,
): StepResult {
  evidence.end = end;
  tap?.ended(end);
  const { by, disconnectReason } = end;
  if (disconnectReason !== undefined) {
    const message = fact('Message', `Disconnect, ${disconnectReason}`, by === 'remote' ? 'bad' : null);
    if (by === 'remote') log.received(message);
    else log.sent(message);
  }
  const cause = { code: end.code, params: end.params };
  return { state: 'failed', finding: lowerFirst(endSentence(end)), cause };
}
