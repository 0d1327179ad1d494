/** Rules for a test that came to a session, or to an answer that only a live node of ours gives. */
import { endSentence } from '../../shared/causes/sentences.ts';
import { causeSpec } from '../../shared/causes/catalogue.ts';
import { isUnspecific } from '../causes/policy.ts';
import { clocksDiffer } from './discovery-steps.ts';
import type { Evidence } from './evidence.ts';
import { causeOf } from './step-log.ts';
import { newerText, staleEndpoint } from './stale-endpoint.ts';
import { endCauseCode, type Finding, type Rule, type RuleContext } from './verdict-rule.ts';

/** The rules of a session, in the order in which they are tried. */
export const sessionRules: readonly Rule[] = [established, existingSession, endOfSession];

/** Status was accepted: it would be a peer. What else is wrong with it is the cause. */
function established(evidence: Evidence): Finding | undefined {
  if (evidence.hasStatus !== true) return undefined;
  const { end } = evidence;
  if (end !== undefined && end.by !== 'local') return endedAfterStatus(evidence);
  const base = {
    result: 'peer',
    certainty: 'proven',
    reason: 'Status was exchanged: network, genesis block and fork agree',
  } as const;
  const noted = { ...base, suggestion: newerText(evidence) };
  if (clocksDiffer(evidence)) {
    const seconds = evidence.ping?.kind === 'answered' ? Math.abs(evidence.ping.offsetSeconds) : 0;
    return {
      ...noted,
      cause: causeOf('clock-skew', { seconds }),
      title: `It would be a peer, but the clocks differ by ${String(seconds)} s`,
    };
  }
  if (evidence.ping?.kind === 'silent' && evidence.v5 !== 'answered') {
    return {
      ...noted,
      cause: causeOf('udp-filtered'),
      title: 'It would be a peer, but no discovery packet gets an answer',
      certainty: 'likely',
      reason: 'The session was proven; silence does not tell whether a firewall or the node drops UDP',
    };
  }
  const stale = staleEndpoint(evidence);
  if (stale !== undefined)
    return { ...noted, cause: stale, title: 'It would be a peer, but the text given is out of date' };
  if (evidence.headers === 'silent' || evidence.headers === 'empty') {
    const cause = evidence.headers === 'empty' ? causeOf('no-head-header') : causeOf('request-timeout');
    return { ...noted, cause, title: 'It would be a peer, but does not serve the header of its head' };
  }
  return {
    ...base,
    cause: null,
    title: 'It would be a peer',
    meaning: 'All steps passed: discovery, handshakes, Status and a request.',
    advice: null,
  };
}

/** It accepted Status and ended the session before the test did. */
function endedAfterStatus(evidence: Evidence): Finding {
  const { end } = evidence;
  const cause = end === undefined ? null : endCauseCode(end);
  const isReason = end?.disconnectReason !== undefined && !isUnspecific(end.code);
  return {
    result: 'no-peer',
    cause,
    certainty: isReason ? 'proven' : 'likely',
    reason: isReason
      ? 'It gave this reason in its Disconnect, after Status was exchanged'
      : 'It ended the session after Status, and gave no specific reason',
  };
}

/** This node has a session with it, or it says so. */
function existingSession({ end, sessionAgeMs }: Evidence): Finding | undefined {
  const saysSo = end?.code === 'already-connected' && end.by === 'remote';
  if (!saysSo && sessionAgeMs === undefined) return undefined;
  return {
    result: 'peer',
    cause: causeOf('already-connected'),
    title: 'It is a peer already',
    meaning: saysSo
      ? 'It answered the second connection with “already connected”, and the session goes on.'
      : 'This node has a session with it.',
    certainty: 'proven',
    reason:
      sessionAgeMs === undefined
        ? 'It says that the two nodes have a session'
        : 'This node has a session with it',
    advice: null,
  };
}

/** Hello or Status failed: the side that found the fault says which. */
function endOfSession(evidence: Evidence, context: RuleContext): Finding | undefined {
  const { end } = evidence;
  if (end === undefined || end.stage === 'connect' || end.stage === 'encryption') return undefined;
  if (end.by === 'remote' && isRefusal(evidence)) return refusedBy(evidence);
  const cause = endCauseCode(end);
  const result = 'no-peer';
  const title = endSentence(end);
  if (end.code === 'too-many-peers' && end.by === 'remote') return full(evidence, context);
  if (end.by === 'local') {
    const reason = 'This node read the message at fault';
    return { result, cause, title, certainty: 'proven', reason };
  }
  if (end.code === 'read-timeout') {
    const reason = 'It proved its key, and then sent nothing for 10 s';
    return { result, cause, title: 'It sends no Hello', fault: 'theirs', certainty: 'proven', reason };
  }
  if (end.by === 'network') {
    const reason = 'The connection broke without a word of either side';
    return { result, cause, title, certainty: 'unclear', reason };
  }
  const isSpecific = end.disconnectReason !== undefined && !isUnspecific(end.code);
  return {
    result,
    cause,
    title,
    certainty: isSpecific ? 'proven' : 'likely',
    reason: isSpecific
      ? 'It gave this reason in its Disconnect'
      : 'Its Disconnect has no specific reason: the messages before it explain it best',
  };
}

/** A good node without a free slot; its record may tell more. */
function full(evidence: Evidence, { chain }: RuleContext): Finding {
  const cause = causeOf('too-many-peers');
  const base = { result: 'no-peer', cause, title: 'It has no free peer slot', certainty: 'proven' } as const;
  const fork = evidence.record?.eth;
  const reason = 'It gave the reason “too many peers” in its Disconnect';
  if (fork === undefined || chain.forkFilter(fork) === 'ok') return { ...base, reason };
  return {
    ...base,
    reason,
    meaning: `${causeSpec('too-many-peers').meaning} A free slot would not help: the fork ID in its record is not compatible with ours.`,
  };
}

/** The end of a connection, without a specific reason, before the node sent its Hello. */
function isRefusal({ end, client }: Evidence): boolean {
  return client === undefined && (end?.code === 'disconnect-requested' || end?.code === 'closed-by-remote');
}

function refusedBy({ end, ping }: Evidence): Finding {
  const silent = ping?.kind === 'silent';
  return {
    result: 'no-peer',
    cause: causeOf('refused-by-it'),
    title: 'It is alive, but refuses this node',
    certainty: 'likely',
    reason: [
      end?.disconnectReason === undefined
        ? 'It proved its key, then closed instead of sending Hello'
        : `It proved its key, then sent Disconnect “${end.disconnectReason}” instead of Hello`,
      silent ? ', and it does not answer our Pings either' : '',
    ].join(''),
  };
}
