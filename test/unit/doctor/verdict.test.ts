import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { silentEnd } from '../../../src-main/causes/end-cause.ts';
import { noEvidence, type Evidence, type PingEvidence } from '../../../src-main/doctor/evidence.ts';
import { causeOf } from '../../../src-main/doctor/step-log.ts';
import { verdictOf } from '../../../src-main/doctor/verdict.ts';
import type { EndCause } from '../../../src-main/events/events.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';

const key = new Uint8Array(32).fill(7);
const publicKey = publicKeyOf(key);
const endpoint = { ip: '192.0.2.7', tcp: 30303, udp: 30303 };
const node = nodeFromParts({ publicKey, ...endpoint });
const recordWith = (tcp: number, seq = 9n) =>
  signEnr({ ip: ipToBytes('192.0.2.7'), tcp, udp: 30303 }, seq, key);

const pong: PingEvidence = {
  kind: 'answered',
  endpoint,
  publicKey,
  isExpectedKey: true,
  neededLongLife: false,
  offsetSeconds: 0,
  seq: 9n,
};
const otherKey: PingEvidence = {
  ...pong,
  publicKey: publicKeyOf(new Uint8Array(32).fill(8)),
  isExpectedKey: false,
};
const silent: PingEvidence = { kind: 'silent' };
const refusedAt = {
  to: { ip: '192.0.2.7', port: 30303 },
  code: 'connection-refused',
  message: 'refused',
} as const;
const lateAt = { ...refusedAt, code: 'timed-out' } as const;
const remote = (code: EndCause['code'], stage: EndCause['stage'], disconnectReason = 'x'): EndCause => ({
  code,
  params: {},
  by: 'remote',
  stage,
  disconnectReason,
});
const lost = (code: 'auth-unanswered' | 'connection-reset' | 'handshake-timeout') =>
  silentEnd('remote', 'encryption', code);
const hello = { connectedTo: refusedAt.to, client: 'Geth/v1', agreed: ['eth/69'] };
const bytes = { count: 40, head: new TextEncoder().encode('SSH-2.0-OpenSSH') };

const verdict = (evidence: Partial<Evidence>, verdictOnFork: 'ok' | 'remote-stale' = 'ok') =>
  verdictOf(
    { ...noEvidence(), node, endpoints: [endpoint], ...evidence },
    { forkFilter: () => verdictOnFork },
  );

describe('the verdict', () => {
  it.each<[string, Partial<Evidence>, string, string, string | undefined, string]>([
    // what, evidence, result, fault, cause, certainty
    [
      'everything',
      { ...hello, ping: pong, hasStatus: true, headers: 'answered' },
      'peer',
      'none',
      undefined,
      'proven',
    ],
    ['no UDP', { ...hello, ping: silent, hasStatus: true }, 'peer', 'theirs', 'udp-filtered', 'likely'],
    [
      'v5 without v4',
      { ...hello, ping: silent, v5: 'answered', hasStatus: true },
      'peer',
      'none',
      undefined,
      'proven',
    ],
    [
      'an empty header',
      { ...hello, ping: pong, hasStatus: true, headers: 'empty' },
      'peer',
      'theirs',
      'no-head-header',
      'proven',
    ],
    [
      'a clock behind',
      { ...hello, ping: { ...pong, offsetSeconds: -60 }, hasStatus: true },
      'peer',
      'network',
      'clock-skew',
      'proven',
    ],
    [
      'a clock ahead',
      { ...hello, ping: { ...pong, neededLongLife: true, offsetSeconds: 60 }, hasStatus: true },
      'peer',
      'network',
      'clock-skew',
      'proven',
    ],
    [
      'full after Status',
      { ...hello, ping: pong, hasStatus: true, end: remote('too-many-peers', 'running') },
      'no-peer',
      'none',
      'too-many-peers',
      'proven',
    ],
    [
      'a refused port, alive',
      { ping: pong, connectFailures: [refusedAt] },
      'no-peer',
      'theirs',
      'connection-refused',
      'proven',
    ],
    [
      'a refused port, silent',
      { ping: silent, connectFailures: [refusedAt] },
      'no-peer',
      'theirs',
      'connection-refused',
      'proven',
    ],
    [
      'a silent port, alive',
      { ping: pong, connectFailures: [lateAt] },
      'no-peer',
      'theirs',
      'timed-out',
      'likely',
    ],
    [
      'a silent port, alive by v5',
      { ping: silent, v5: 'answered', connectFailures: [lateAt] },
      'no-peer',
      'theirs',
      'timed-out',
      'likely',
    ],
    [
      'silence everywhere',
      { ping: silent, connectFailures: [lateAt] },
      'no-peer',
      'network',
      'timed-out',
      'unclear',
    ],
    [
      'another key, closed',
      { ping: otherKey, end: lost('auth-unanswered') },
      'no-peer',
      'theirs',
      'wrong-node-key',
      'proven',
    ],
    [
      'another key, refused',
      { ping: otherKey, connectFailures: [refusedAt] },
      'no-peer',
      'theirs',
      'wrong-node-key',
      'proven',
    ],
    [
      'a record with another port',
      { ping: pong, record: recordWith(30304), connectFailures: [refusedAt] },
      'no-peer',
      'theirs',
      'stale-endpoint',
      'proven',
    ],
    [
      'a record with another port, where a stranger closes',
      { ping: pong, record: recordWith(30304), end: lost('auth-unanswered') },
      'no-peer',
      'theirs',
      'stale-endpoint',
      'proven',
    ],
    [
      'the same record, refused',
      { ping: pong, record: recordWith(30303), connectFailures: [refusedAt] },
      'no-peer',
      'theirs',
      'connection-refused',
      'proven',
    ],
    [
      'closed, key proven',
      { ping: pong, end: lost('auth-unanswered') },
      'no-peer',
      'theirs',
      'refused-by-it',
      'likely',
    ],
    [
      'reset, key proven by v5',
      { ping: silent, v5: 'answered', end: lost('connection-reset') },
      'no-peer',
      'theirs',
      'refused-by-it',
      'likely',
    ],
    [
      'closed, key unproven',
      { ping: silent, end: lost('auth-unanswered') },
      'no-peer',
      'theirs',
      'auth-unanswered',
      'unclear',
    ],
    [
      'silence after connect',
      { ping: silent, end: lost('handshake-timeout') },
      'no-peer',
      'theirs',
      'handshake-timeout',
      'likely',
    ],
    [
      'SSH',
      { ping: silent, received: bytes, end: lost('auth-unanswered') },
      'no-peer',
      'theirs',
      'not-rlpx',
      'proven',
    ],
    [
      'requested instead of Hello',
      { ping: silent, end: remote('disconnect-requested', 'hello') },
      'no-peer',
      'theirs',
      'refused-by-it',
      'likely',
    ],
    [
      'requested after Hello',
      { ...hello, ping: pong, end: remote('disconnect-requested', 'status') },
      'no-peer',
      'none',
      'disconnect-requested',
      'likely',
    ],
    [
      'full',
      { ping: pong, end: remote('too-many-peers', 'hello') },
      'no-peer',
      'none',
      'too-many-peers',
      'proven',
    ],
    [
      'already connected',
      { ping: pong, end: remote('already-connected', 'hello') },
      'peer',
      'none',
      'already-connected',
      'proven',
    ],
    [
      'a subprotocol error',
      { ...hello, ping: pong, end: remote('subprotocol-error', 'status') },
      'no-peer',
      'none',
      'subprotocol-error',
      'likely',
    ],
    [
      'useless peer',
      { ping: pong, end: remote('useless-peer', 'hello') },
      'no-peer',
      'none',
      'useless-peer',
      'likely',
    ],
    [
      'no Hello',
      { ping: pong, end: silentEnd('network', 'hello', 'read-timeout') },
      'no-peer',
      'theirs',
      'read-timeout',
      'proven',
    ],
    [
      'no TCP port',
      { ping: pong, endpoints: [{ ...endpoint, tcp: 0 }] },
      'no-peer',
      'theirs',
      'no-port',
      'proven',
    ],
    ['a stop', { ping: pong, ended: 'stopped' }, 'not-tested', 'ours', 'test-stopped', 'unclear'],
    ['a time limit', { ping: pong, ended: 'timeout' }, 'not-tested', 'network', 'test-timeout', 'unclear'],
    ['a defect', { isBroken: true }, 'not-tested', 'ours', 'internal-error', 'proven'],
    [
      'consent',
      { refusal: causeOf('special-address', { ip: '10.0.0.1' }) },
      'not-tested',
      'none',
      'special-address',
      'proven',
    ],
    [
      'no DNS server',
      { refusal: causeOf('name-lookup-failed', { name: 'a', detail: 'b' }) },
      'not-tested',
      'network',
      'name-lookup-failed',
      'unclear',
    ],
    [
      'a forged record',
      { refusal: causeOf('bad-signature') },
      'not-tested',
      'theirs',
      'bad-signature',
      'proven',
    ],
  ])('from %s', (_, evidence, result, fault, code, certainty) => {
    const found = verdict(evidence);
    expect({
      result: found.result,
      fault: found.fault,
      code: found.cause?.code,
      certainty: found.certainty,
    }).toEqual({
      result,
      fault,
      code,
      certainty,
    });
    for (const text of [found.title, found.meaning, found.reason]) expect(text).not.toBe('');
    expect(found.title).not.toMatch(/[.!]$|[{}]/);
    expect(found.reason).not.toMatch(/[.!]$/);
  });

  it('suggests the endpoint of the record, and the node that answered', () => {
    const stale = verdict({ ping: pong, record: recordWith(30304), connectFailures: [refusedAt] });
    expect(stale.suggestion).toMatch(/^enode:.*@192\.0\.2\.7:30304\?discport=30303$/);
    const wrong = verdict({ ping: otherKey, end: lost('auth-unanswered') });
    expect(wrong.suggestion).toMatch(/^enode:.*@192\.0\.2\.7:30303$/);
    expect(wrong.suggestion).not.toContain(stale.suggestion?.slice(8, 40));
  });

  it('does not call a text stale for a record that is older than it', () => {
    const givenRecord = recordWith(30303, 12n);
    const found = verdict({
      ping: pong,
      record: recordWith(30304, 9n),
      givenRecord,
      connectFailures: [refusedAt],
    });
    expect(found.cause?.code).toBe('connection-refused');
  });

  it('says of a full node that a free slot would not help, where its record has another fork', () => {
    const forked = signEnr({ eth: [[Uint8Array.of(1, 2, 3, 4), 0n]] }, 9n, key);
    const end = remote('too-many-peers', 'hello');
    expect(verdict({ ping: pong, record: forked, end }, 'remote-stale').meaning).toMatch(/would not help/);
    expect(verdict({ ping: pong, record: forked, end }).meaning).not.toMatch(/would not help/);
  });
});
