import { describe, expect, it } from 'vitest';
import { END_CAUSES, isEndCode, type EndCode } from '../../../shared/causes/catalogue.ts';
import type { BackoffClass } from '../../../shared/causes/cause-spec.ts';
import {
  backoffClassOf,
  disconnectReasonOf,
  isLastingRefusal,
  isUnspecific,
  isUsualEnd,
  offenceInSession,
  offenceOfEnd,
} from '../../../src-main/causes/policy.ts';
import { DISCONNECT_REASONS, type DisconnectReason } from '../../../shared/causes/disconnect-reasons.ts';
import type { ConnectionStage, EndedBy, Offence } from '../../../src-main/events/events.ts';
import { causeOf } from '../../support/progress-world.ts';

const END_CODES = Object.keys(END_CAUSES).filter(isEndCode);

/** Splits a text into codes and checks each. */
const codes = (text: string): EndCode[] =>
  text
    .trim()
    .split(/\s+/)
    .map((code) => {
      if (!isEndCode(code)) throw new Error(`${code} cannot end a connection`);
      return code;
    });

/** The expected value of each code: from a table of values and codes, `other` for codes that are not in it. */
function expected<Value>(table: readonly (readonly [Value, string])[], other: Value): Record<string, Value> {
  const all: Record<string, Value> = Object.fromEntries(END_CODES.map((code) => [code, other]));
  for (const [value, text] of table) for (const code of codes(text)) all[code] = value;
  return all;
}

const given = <Value>(of: (code: EndCode) => Value): Record<string, Value> =>
  Object.fromEntries(END_CODES.map((code) => [code, of(code)]));

const LOW = `client-quitting closed-by-remote connection-lost connection-refused connection-reset disconnect-requested
  handshake-timeout network-error no-address peer-churn read-timeout status-timeout timed-out too-many-peers write-timeout`;
const NONE =
  'already-connected dials-off already-dialing pending-inbound recently-dialed backing-off no-free-slot';
const HIGH = `breach-of-protocol decryption-failed fork-refused handshake-malformed incompatible-version invalid-identity
  no-chain-data no-shared-protocol no-shared-version subprotocol-error unexpected-identity useless-peer wrong-fork
  wrong-genesis wrong-network wrong-version`;

describe('the policy of every end code', () => {
  it.each(['remote', 'network'] satisfies EndedBy[])('has this backoff class for an end by the %s', (by) => {
    const kinds = expected<BackoffClass>(
      [
        ['low', LOW],
        ['high', HIGH],
        ['none', NONE],
      ],
      'medium',
    );
    expect(given((code) => backoffClassOf(causeOf(code, { by })))).toEqual(kinds);
  });

  it('has this backoff class for an end by this node', () => {
    const kinds = expected<BackoffClass>(
      [
        ['low', LOW],
        ['high', HIGH],
        [
          'none',
          `${NONE} aborted banned client-quitting closed-by-us disconnect-requested not-netrestricted self
          too-many-inbound-peers too-many-peers`,
        ],
      ],
      'medium',
    );
    expect(given((code) => backoffClassOf(causeOf(code, { by: 'local' })))).toEqual(kinds);
  });

  it('has this offence in a session, and none when the peer ended it', () => {
    const offences = expected<Offence | undefined>(
      [
        [
          'bad-message',
          `bad-header-mac bad-frame-mac invalid-message-code message-too-large invalid-compression malformed-message
          unknown-message false-announcement bad-blob-transaction`,
        ],
        [
          'bad-protocol',
          'status-missing unexpected-status obsolete-message invalid-block-range wrong-version',
        ],
        ['unrequested-answer', 'unrequested-answer'],
        ['bad-answer', 'bad-answer'],
        ['timeout', 'status-timeout read-timeout'],
        ['does-not-read', 'write-timeout outbound-overflow'],
      ],
      undefined,
    );
    for (const by of ['local', 'network'] as const)
      expect(given((code) => offenceInSession(causeOf(code, { by })))).toEqual(offences);
    expect(given((code) => offenceInSession(causeOf(code, { by: 'remote' })))).toEqual(
      expected([], undefined),
    );
  });

  const endOffences = (stage: ConnectionStage, by: EndedBy, dialed: boolean, received?: string) =>
    given((code) => offenceOfEnd(causeOf(code, { stage, by, disconnectReason: received }), dialed));
  const none = expected<Offence | undefined>([], undefined);

  it('has this offence before a session', () => {
    const handshake = expected<Offence | undefined>(
      [['failed-to-connect', 'decryption-failed handshake-malformed handshake-too-large invalid-public-key']],
      undefined,
    );
    expect(endOffences('encryption', 'local', true)).toEqual(handshake);
    expect(endOffences('encryption', 'local', false)).toEqual(none);
    expect(endOffences('connect', 'network', true)).toEqual(none);
    const hello = expected<Offence | undefined>(
      [
        [
          'bad-message',
          'malformed-hello bad-header-mac bad-frame-mac message-too-large invalid-message-code',
        ],
        ['bad-protocol', 'hello-too-large hello-missing invalid-identity unexpected-identity'],
        ['timeout', 'read-timeout'],
      ],
      undefined,
    );
    expect(endOffences('hello', 'local', false)).toEqual(hello);
    expect(endOffences('hello', 'remote', false)).toEqual(none);
  });

  it.each(['status', 'running'] as const)(
    'has an offence at stage %s only for a broken connection',
    (stage) => {
      const lost = expected<Offence | undefined>(
        [['dropped', 'closed-by-remote connection-lost connection-reset']],
        undefined,
      );
      expect(endOffences(stage, 'remote', true)).toEqual(lost);
      expect(endOffences(stage, 'network', false)).toEqual(lost);
      expect(endOffences(stage, 'local', true)).toEqual(none);
      expect(endOffences(stage, 'remote', true, 'too many peers')).toEqual(none);
    },
  );

  it.each([
    [
      'usual in the network',
      (code: EndCode) => isUsualEnd({ code }),
      `too-many-peers useless-peer no-shared-protocol wrong-network wrong-genesis wrong-fork already-connected
      client-quitting disconnect-requested fork-refused no-chain-data too-many-inbound-peers aborted timed-out
      connection-refused unreachable`,
    ],
    [
      'unspecific',
      isUnspecific,
      'subprotocol-error breach-of-protocol useless-peer disconnect-requested closed-by-remote',
    ],
    ['lasting refusals', isLastingRefusal, 'banned no-address no-port not-netrestricted'],
  ] as const)('has these codes that are %s', (_, of, text) => {
    expect(given(of)).toEqual(expected([[true, text]], false));
  });

  it('has this reason in the Disconnect message', () => {
    const named = Object.keys(DISCONNECT_REASONS).filter(isEndCode);
    const reasons = expected<DisconnectReason>(
      [
        ...named.map((reason) => [reason as DisconnectReason, reason] as const),
        ['connected-to-self', 'self'],
        ['too-many-peers', 'too-many-inbound-peers'],
        ['useless-peer', 'peer-churn no-shared-protocol no-shared-version'],
        [
          'breach-of-protocol',
          'hello-missing hello-too-large malformed-hello invalid-message-code message-too-large invalid-compression',
        ],
        ['read-timeout', 'status-timeout'],
        ['client-quitting', 'protocol-ended'],
        [
          'subprotocol-error',
          `wrong-network wrong-genesis wrong-fork wrong-version invalid-block-range status-missing unexpected-status
          malformed-message unknown-message obsolete-message unrequested-answer bad-answer false-announcement
          bad-blob-transaction internal-error`,
        ],
      ],
      'disconnect-requested',
    );
    expect(given(disconnectReasonOf)).toEqual(reasons);
  });
});
