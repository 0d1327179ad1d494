import { describe, expect, it } from 'vitest';
import { backoffKindOf, type BackoffKind } from '../../../src-main/dialing/backoff.ts';
import { offenceOf } from '../../../src-main/p2p/offences.ts';
import { offenceOfEnd } from '../../../src-main/server/offence-of-end.ts';
import { END_CODES, type EndCode } from '../../../src-main/causes/end-codes.ts';
import type { ConnectionStage, EndedBy, Offence } from '../../../src-main/events/events.ts';
import { CODE_WORDS } from '../../../src-main/causes/words.ts';
import { causeOf } from '../../support/journey-world.ts';

/** The codes of a table written as words, each checked to be one. */
const codes = (text: string): EndCode[] =>
  text
    .trim()
    .split(/\s+/)
    .map((code) => {
      if (!(END_CODES as readonly string[]).includes(code)) throw new Error(`${code} is no code of an end`);
      return code as EndCode;
    });

/** What each code gives by a table from value to codes, `other` where none names it. */
function expected<Value>(table: readonly (readonly [Value, string])[], other: Value): Record<string, Value> {
  const all: Record<string, Value> = Object.fromEntries(END_CODES.map((code) => [code, other]));
  for (const [value, text] of table) for (const code of codes(text)) all[code] = value;
  return all;
}

const given = <Value>(of: (code: EndCode) => Value): Record<string, Value> =>
  Object.fromEntries(END_CODES.map((code) => [code, of(code)]));

const LOW = `client-quitting closed-by-remote connection-lost connection-refused connection-reset disconnect-requested
  handshake-timeout network-error no-address peer-churn read-timeout status-timeout timed-out too-many-peers write-timeout`;
const HIGH = `breach-of-protocol decryption-failed fork-refused handshake-malformed incompatible-version invalid-identity
  no-chain-data no-shared-protocol no-shared-version subprotocol-error unexpected-identity useless-peer wrong-fork
  wrong-genesis wrong-network wrong-version`;

describe('Of every code that an end can have', () => {
  it.each(['remote', 'network'] satisfies EndedBy[])('the backoff is this, when it is by the %s', (by) => {
    const kinds = expected<BackoffKind>(
      [
        ['low', LOW],
        ['high', HIGH],
        ['none', 'already-connected'],
      ],
      'medium',
    );
    expect(given((code) => backoffKindOf(causeOf(code, { by })))).toEqual(kinds);
  });

  it('the backoff is this, when it is by us', () => {
    const kinds = expected<BackoffKind>(
      [
        ['low', LOW],
        ['high', HIGH],
        [
          'none',
          `already-connected aborted banned client-quitting closed-by-us disconnect-requested not-netrestricted self
          too-many-inbound-peers too-many-peers`,
        ],
      ],
      'medium',
    );
    expect(given((code) => backoffKindOf(causeOf(code, { by: 'local' })))).toEqual(kinds);
  });

  it('the offence of a session is this, and none where the peer ended it', () => {
    const offences = expected<Offence | undefined>(
      [
        [
          'bad-message',
          `bad-header-mac bad-frame-mac invalid-message-code message-too-large invalid-compression malformed-message
          unknown-message`,
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
      expect(given((code) => offenceOf(causeOf(code, { by })))).toEqual(offences);
    expect(given((code) => offenceOf(causeOf(code, { by: 'remote' })))).toEqual(expected([], undefined));
  });

  const endOffences = (stage: ConnectionStage, by: EndedBy, dialed: boolean, said?: string) =>
    given((code) => offenceOfEnd(causeOf(code, { stage, by, disconnectReason: said }), dialed));
  const none = expected<Offence | undefined>([], undefined);

  it('the offence of an end before a session is this', () => {
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

  it.each(['status', 'running'] as const)('only a broken line costs at the stage %s', (stage) => {
    const lost = expected<Offence | undefined>(
      [['dropped', 'closed-by-remote connection-lost connection-reset']],
      undefined,
    );
    expect(endOffences(stage, 'remote', true)).toEqual(lost);
    expect(endOffences(stage, 'network', false)).toEqual(lost);
    expect(endOffences(stage, 'local', true)).toEqual(none);
    expect(endOffences(stage, 'remote', true, 'too many peers')).toEqual(none);
  });

  it('there are words', () => {
    expect(END_CODES.filter((code) => !CODE_WORDS.has(code))).toEqual([]);
    expect(new Set(END_CODES).size).toBe(END_CODES.length);
  });
});

describe('A code that is none', () => {
  it.each(['constructor', '__proto__', 'toString', 'something-new'])('%s has no policy', (code) => {
    expect(backoffKindOf(causeOf(code))).toBe('medium');
    expect(offenceOf(causeOf(code, { by: 'local' }))).toBeUndefined();
    expect(offenceOfEnd(causeOf(code, { by: 'local', stage: 'hello' }), true)).toBeUndefined();
  });
});
