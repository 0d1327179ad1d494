import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../../src-main/base/secp256k1.ts';
import { LocalNode } from '../../../../src-main/discovery/local-node.ts';
import { encodePacket, readPacket } from '../../../../src-main/discovery/v4/packet.ts';
import { V4Probe, type ProbeAnswer } from '../../../../src-main/discovery/v4/probe.ts';
import { NO_EVENTS } from '../../../../src-main/events/event-bus.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const [OUR_KEY, THEIR_KEY, OTHER_KEY] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const THEIRS = { ip: '127.0.0.1', port: 30303 };
const OTHER = { ip: '127.0.0.2', port: 30303 };

/** A probe that sent a record request, and the hash of the request. */
function asked(): { probe: V4Probe; answers: ProbeAnswer[]; requestHash: Uint8Array } {
  const sent: Uint8Array[] = [];
  const answers: ProbeAnswer[] = [];
  const probe = new V4Probe({
    privateKey: OUR_KEY,
    local: new LocalNode(publicKeyOf(OUR_KEY), {
      current: () => expect.unreachable('a request has no record'),
    }),
    channel: { families: ['ipv4'], send: (datagram) => sent.push(datagram) > 0 },
    clock: new VirtualClock(),
    events: NO_EVENTS,
  });
  probe.open(THEIRS, (answer) => answers.push(answer)).requestRecord();
  return { probe, answers, requestHash: readPacket(sent[0]!).hash };
}

describe('a probe', () => {
  it('takes a record from the address of its node only: the same packet can have gone to another node', () => {
    const { probe, answers, requestHash } = asked();
    const answerOf = (key: Uint8Array): Uint8Array =>
      encodePacket({ type: 'enrresponse', requestHash, record: Uint8Array.of(0xc0) }, key).datagram;
    expect(probe.recognises(answerOf(OTHER_KEY), OTHER)).toBe(false);
    probe.handle(answerOf(OTHER_KEY), OTHER);
    expect(answers).toEqual([]);
    expect(probe.recognises(answerOf(THEIR_KEY), THEIRS)).toBe(true);
    probe.handle(answerOf(THEIR_KEY), THEIRS);
    expect(answers.map(({ publicKey }) => publicKey)).toEqual([publicKeyOf(THEIR_KEY)]);
  });
});
