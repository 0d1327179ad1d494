/** The steps of a session: Status and the first header, then the end by our Disconnect. */
import { bytesToHex, equalBytes, to0x } from '../base/bytes.ts';
import type { Scope } from '../base/lifecycle.ts';
import { describeForkId, type Status } from '../eth/status.ts';
import { ethSessionOf, type EthSession } from '../eth/session.ts';
import { decodeHeader } from '../eth/headers.ts';
import { EthCodecError } from '../eth/errors.ts';
import type { EndCause } from '../events/events.ts';
import type { HelloConnection } from '../p2p/hello.ts';
import { startSession, type PeerSession } from '../p2p/peer-session.ts';
import type { DoctorEnvironment } from './environment.ts';
import { ended } from './connection-steps.ts';
import type { Evidence } from './evidence.ts';
import { causeOf, fact, type StepLog, type StepResult } from './step-log.ts';

/** Limit of the header request, milliseconds (our choice): with Status a test keeps a slot of the node for 10 s at most. */
export const HEADER_TIMEOUT_MS = 5_000;

/** Starts the session and waits for both Status messages. Its events reach no statistics and no reputation. */
export async function statusStep(
  { identity, clock, logger }: Pick<DoctorEnvironment, 'identity' | 'clock' | 'logger'>,
  hello: HelloConnection,
  evidence: Evidence,
  log: StepLog,
  onStarted: (session: PeerSession) => void,
): Promise<StepResult> {
  const events = { emit: () => undefined };
  const session = startSession(hello, identity.protocols, { clock, events, logger });
  onStarted(session);
  const eth = ethSessionOf(session);
  if (eth === undefined) return { state: 'not-needed', finding: 'no version of eth was agreed' };
  log.sent(...statusFacts(eth.localStatus, undefined));
  const detail = await session.established;
  const { remoteStatus } = eth;
  if (remoteStatus !== undefined) log.received(...statusFacts(remoteStatus, eth.localStatus));
  if (detail === undefined) {
    return ended(await endOf(session), evidence, log, hello.connection.tap);
  }
  evidence.hasStatus = true;
  const forkHash = bytesToHex((remoteStatus ?? eth.localStatus).forkId.hash);
  const head = eth.latestBlock === undefined ? '' : `, head ${String(eth.latestBlock)}`;
  return { state: 'passed', finding: `eth/${String(eth.version)}, fork ${forkHash}${head}` };
}

/** The cause of an ended session. The socket may still be closing: then the cause is known before. */
async function endOf(session: PeerSession): Promise<EndCause> {
  return session.endCause ?? (await session.closed);
}

function statusFacts(status: Status, ours: Status | undefined) {
  const { version, networkId, genesisHash, forkId } = status;
  const tone = (isSame: boolean): 'good' | 'bad' | null =>
    ours === undefined ? null : isSame ? 'good' : 'bad';
  const facts = [
    fact('Message', `Status, eth/${String(version)}`),
    fact('Network', networkId, tone(networkId === ours?.networkId)),
    fact('Genesis', to0x(genesisHash), tone(ours !== undefined && equalBytes(genesisHash, ours.genesisHash))),
    fact('Fork ID', describeForkId(forkId)),
  ];
  if (status.form === 'block-range') {
    const { earliest, latest, latestHash } = status.range;
    facts.push(fact('Blocks', `${String(earliest)} to ${String(latest)}`), fact('Head', to0x(latestHash)));
  } else {
    facts.push(fact('Head', to0x(status.headHash)));
  }
  return facts;
}

/** Requests the header of the head that the node announced. */
export async function headersStep(
  session: PeerSession,
  evidence: Evidence,
  log: StepLog,
  scope: Scope,
): Promise<StepResult> {
  const eth = ethSessionOf(session);
  const hash = eth?.headHash;
  if (eth === undefined || hash === undefined) {
    return { state: 'not-needed', finding: 'no version of eth was agreed' };
  }
  log.sent(fact('Message', 'GetBlockHeaders, 1'), fact('Start', to0x(hash)));
  const answer = await Promise.race([
    ask(eth, hash),
    session.closed.then(() => 'ended' as const),
    scope.delay(HEADER_TIMEOUT_MS).then(() => 'silent' as const),
  ]);
  if (answer === 'ended') return ended(await endOf(session), evidence, log, undefined);
  if (answer === 'silent') {
    evidence.headers = 'silent';
    const cause = causeOf('request-timeout');
    return { state: 'doubtful', finding: `no answer in ${String(HEADER_TIMEOUT_MS / 1_000)} s`, cause };
  }
  if (answer.length === 0) {
    evidence.headers = 'empty';
    log.received(fact('Message', 'BlockHeaders, empty', 'look'));
    return {
      state: 'doubtful',
      finding: 'it does not serve the header of its own head',
      cause: causeOf('no-head-header'),
    };
  }
  evidence.headers = 'answered';
  const what = describeHeader(answer[0]);
  log.received(fact('Message', 'BlockHeaders, 1'), fact('Header', what, 'good'));
  return { state: 'passed', finding: what };
}

/** The answer; `ended` when the session ended before it. */
async function ask(eth: EthSession, hash: Uint8Array): Promise<readonly Uint8Array[] | 'ended' | 'silent'> {
  const query = { start: { hash }, limit: 1n, skip: 0n, reverse: false };
  return await eth.ask({ name: 'GetBlockHeaders', query }).then(
    ({ headers }) => headers,
    (error: unknown) => {
      const isEnd = error instanceof Error && 'code' in error && error.code === 'session-ended';
      return isEnd ? ('ended' as const) : ('silent' as const);
    },
  );
}

function describeHeader(encoded: Uint8Array | undefined): string {
  try {
    return encoded === undefined ? 'none' : `block ${String(decodeHeader(encoded).number)}`;
  } catch (error) {
    if (!(error instanceof EthCodecError)) throw error;
    return error.message;
  }
}
