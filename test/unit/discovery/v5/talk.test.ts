import { beforeEach, describe, expect, it } from 'vitest';
import { TalkProtocols } from '../../../../src-main/discovery/v5/talk.ts';
import type { V5TalkRequest } from '../../../../src-main/discovery/v5/messages.ts';
import { utf8ToBytes } from '../../../../src-main/base/bytes.ts';
import { silentLogger } from '../../../support/silent-logger.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { RecordedNode } from '../../../support/v5-transport.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const { peer } = new RecordedNode(new SeededRandom(1), '81.0.0.1');

let clock: VirtualClock;
let talk: TalkProtocols;

beforeEach(() => {
  clock = new VirtualClock();
  talk = new TalkProtocols(clock, silentLogger);
});

function request(protocol: string, ...payload: number[]): V5TalkRequest {
  return { type: 'talkreq', protocol: utf8ToBytes(protocol), payload: Uint8Array.from(payload) };
}

async function answerTo(talkRequest: V5TalkRequest): Promise<number[]> {
  return [...(await clock.runUntil(talk.answer(peer, talkRequest)))];
}

describe('TalkProtocols', () => {
  it('answers requests by the name of the protocol, until it is unregistered', async () => {
    const unregister = talk.register('echo', (from, payload) =>
      Uint8Array.of(from.address.port >> 8, ...payload),
    );
    talk.register('utp', () => Promise.resolve(Uint8Array.of(7)));
    expect(talk.names).toEqual(['echo', 'utp']);
    expect(await answerTo(request('echo', 1, 2))).toEqual([30303 >> 8, 1, 2]);
    expect(await answerTo(request('utp'))).toEqual([7]);
    unregister();
    expect(await answerTo(request('echo', 1, 2))).toEqual([]);
    expect(talk.names).toEqual(['utp']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('answers requests of unknown protocols with an empty payload', async () => {
    expect(await answerTo(request('unknown', 1))).toEqual([]);
    expect(await answerTo(request('x'.repeat(2_000), 1))).toEqual([]);
  });

  it('answers with an empty payload if the handler fails, returns too much, or takes too long', async () => {
    talk.register('throws', () => {
      throw new Error('no');
    });
    talk.register('rejects', () => Promise.reject(new Error('no')));
    talk.register('long', () => new Uint8Array(1_178));
    talk.register('fits', () => new Uint8Array(1_177));
    talk.register('slow', () => new Promise<Uint8Array>(() => undefined));
    for (const protocol of ['throws', 'rejects', 'long', 'slow'])
      expect(await answerTo(request(protocol))).toEqual([]);
    expect(clock.monotonic()).toBe(500);
    expect((await answerTo(request('fits'))).length).toBe(1_177);
  });

  it('runs at most 64 handlers at a time, and ends all answers on `stop`', async () => {
    talk.register('slow', () => new Promise<Uint8Array>(() => undefined));
    const answers = Array.from({ length: 65 }, () => talk.answer(peer, request('slow')));
    expect(await answers[64]).toEqual(new Uint8Array());
    expect(clock.pendingTimers).toBe(64);
    talk.stop();
    expect((await Promise.all(answers)).every(({ length }) => length === 0)).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('requires different names of 1 to 64 bytes, and accepts at most 64 protocols', () => {
    const handler = (): Uint8Array => new Uint8Array();
    for (const name of ['', 'é'.repeat(33)]) expect(() => talk.register(name, handler)).toThrow(RangeError);
    for (let i = 0; i < 64; i++) talk.register(`p${String(i)}`, handler);
    expect(() => talk.register('p0', handler)).toThrow(/registered/);
    expect(() => talk.register('one-more', handler)).toThrow(/too many/);
  });
});
