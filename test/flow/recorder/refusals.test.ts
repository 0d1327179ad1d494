import { beforeEach, describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { compressSnappy } from '../../../src-main/base/snappy.ts';
import type { MemoryStream } from '../../support/memory-stream.ts';
import { limitsOf, type P2pNodeOptions } from '../../support/p2p-node.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { startedRecording, type StartedRecording } from '../../support/recorded-session.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer, streamPair, type BarePeer } from '../../support/session-pair.ts';
import { TOY_CODES, ToyProtocol } from '../../support/toy-protocol.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** The code of the first message of a subprotocol. */
const FIRST = 16;
const REMOTE = { ip: '10.0.0.2', port: 30_303 };

let clock: VirtualClock;
let random: SeededRandom;
let recording: StartedRecording;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(7);
  recording = startedRecording(clock);
});

interface Connected extends BarePeer {
  readonly toy: ToyProtocol;
}

/** A recorded session of ours with the toy protocol, and the bare connection of its peer. */
async function connect(
  readsOn = true,
  streams: readonly [MemoryStream, MemoryStream] = streamPair(clock),
): Promise<Connected> {
  const toy = new ToyProtocol();
  const tap = recording.recorder.connection('outbound', REMOTE);
  const { session, raw } = await clock.runUntil(
    openBarePeer([toy.protocol], { clock, random, tap, streams, compresses: false }),
  );
  tap.identified(session.idHex);
  if (readsOn) raw.consume({ onMessage: () => undefined, onEnd: () => undefined });
  return { toy, session, raw };
}

const kinds = (code: string): readonly string[] =>
  recording
    .rows()
    .filter(({ cause }) => cause?.code === code)
    .map(({ kind, direction, protocol, name }) => `${kind} ${direction} ${protocol} ${name}`);

describe('a message that the session drops', () => {
  it('is a record with the cause when it is above the rate limit, in place of a delivered message', async () => {
    const { toy, session, raw } = await connect();
    const payload = compressSnappy(random.bytes(100));
    for (let index = 0; index < 1_200; index++) raw.send(FIRST + TOY_CODES.announcement, payload);
    await clock.advance(100);
    const dropped = kinds('message-rate-limit');
    const rows = recording.rows().filter(({ name }) => name === 'Announcement');
    expect(dropped.length).toBeGreaterThan(0);
    expect(new Set(dropped)).toEqual(new Set(['dropped in toy/1 Announcement']));
    expect(dropped.length).toBe(session.figures.limited);
    expect(rows.filter(({ kind }) => kind === 'message')).toHaveLength(toy.count(TOY_CODES.announcement));
    const first = rows.find(({ kind }) => kind === 'dropped');
    expect(first).toMatchObject({ plainBytes: 100, keptBytes: 100 });
  });

  it('is a record when it is a Ping above the limit of control messages', async () => {
    const { raw } = await connect();
    for (let index = 0; index < 40; index++) raw.send(P2P_CODES.ping, compressSnappy(Uint8Array.of(0xc0)));
    await clock.advance(10);
    expect(new Set(kinds('message-rate-limit'))).toEqual(new Set(['dropped in p2p Ping']));
  });

  it('is a record with its payload when the send queue is full', async () => {
    const { toy, session } = await connect(false);
    for (let turn = 0; turn < 20; turn++) {
      for (let index = 0; index < 20; index++)
        toy.channel?.send(TOY_CODES.announcement, random.bytes(20_000));
      await clock.advance(100);
    }
    const dropped = recording.rows().filter(({ cause }) => cause?.code === 'send-queue-full');
    expect(session.figures.droppedOut).toBeGreaterThan(0);
    expect(dropped).toHaveLength(session.figures.droppedOut);
    expect(dropped[0]).toMatchObject({
      ...{ kind: 'dropped', direction: 'out', protocol: 'toy/1', name: 'Announcement' },
      ...{ wireBytes: 0, plainBytes: 20_000, keptBytes: 20_000, timing: null },
    });
  });

  it('is a record when it arrives after a Disconnect', async () => {
    const { session, raw } = await connect();
    raw.send(P2P_CODES.disconnect, compressSnappy(Uint8Array.of(0xc1, 0x04)));
    raw.send(FIRST + TOY_CODES.announcement, compressSnappy(random.bytes(10)));
    await clock.runUntil(session.closed);
    expect(kinds('after-the-end')).toEqual(['dropped in toy/1 Announcement']);
  });
});

describe('a frame that cannot be read', () => {
  /** A session whose peer sends one more message, of which the byte at `offset` of its frame is changed on the way. */
  async function tampered(offset: number): Promise<{ readonly frameStart: number }> {
    const [near, far] = streamPair(clock);
    const { session, raw } = await connect(true, [near, far]);
    const frameStart = session.bytesIn;
    const write = far.write.bind(far);
    far.write = (bytes) => {
      const changed = bytes.slice();
      changed[offset]! ^= 1;
      return write(changed);
    };
    raw.send(FIRST + TOY_CODES.announcement, compressSnappy(random.bytes(100)));
    await clock.advance(10);
    return { frameStart };
  }
  const fault = () => recording.rows().find(({ kind }) => kind === 'bad-frame');

  // 102 bytes of Snappy and the code, padded to 112.
  const FRAME_BYTES = 32 + 112 + 16;

  it.each([
    { what: 'header', at: 3, code: 'bad-header-mac', offset: 16, frameBytes: null },
    { what: 'content', at: 40, code: 'bad-frame-mac', offset: 32 + 112, frameBytes: FRAME_BYTES },
  ])('is a record with the offset of the MAC that does not match its $what', async (each) => {
    const { frameStart } = await tampered(each.at);
    const { offset, frameBytes } = each;
    expect(frameStart).toBeGreaterThan(100);
    expect(fault()).toMatchObject({
      ...{ direction: 'in', protocol: 'rlpx', keptBytes: 0, cause: { code: each.code } },
      frameFault: { frameStart, offset, frameBytes },
    });
  });

  it('is a record with the decrypted bytes when they do not decompress', async () => {
    const { session, raw } = await connect();
    const frameStart = session.bytesIn;
    const wrong = Uint8Array.of(0x05, 0xff, 0xff);
    raw.send(FIRST + TOY_CODES.announcement, wrong);
    await clock.advance(10);
    expect(fault()).toMatchObject({
      cause: { code: 'invalid-compression' },
      frameFault: { frameStart, offset: 33, frameBytes: 64 },
      wireBytes: 64,
    });
    const seq = fault()?.seq ?? 0;
    expect(recording.recorder.get(seq)?.payload).toEqual(wrong);
  });
});

describe('sizes and times of a message', () => {
  it('are those of the frame, of Snappy and of the payload, and of each step', async () => {
    const streams = streamPair(clock, 30);
    const { toy, raw } = await connect(true, streams);
    const plain = new Uint8Array(1_000);
    raw.send(FIRST + TOY_CODES.request, compressSnappy(plain));
    await clock.advance(100);
    expect(toy.count(TOY_CODES.request)).toBe(1);
    const compressedBytes = compressSnappy(plain).length;
    const wireBytes = 48 + Math.ceil((1 + compressedBytes) / 16) * 16;
    const sizes = { plainBytes: 1_000, compressedBytes, wireBytes };
    const times = { receivingMs: 0, waitingMs: 0, cipherMs: 0, snappyMs: 0 };
    const [request, answer] = recording.rows().filter(({ protocol }) => protocol === 'toy/1');
    expect(request).toMatchObject({ ...sizes, direction: 'in', timing: times });
    expect(answer).toMatchObject({ ...sizes, direction: 'out', timing: { ...times, receivingMs: null } });
    const hello = recording.rows().find(({ name, direction }) => name === 'Hello' && direction === 'out');
    expect(hello).toMatchObject({ compressedBytes: null, timing: { waitingMs: null, snappyMs: null } });
  });

  it('tell how long a frame took to arrive, and how long it then waited for room', async () => {
    const [near, far] = streamPair(clock);
    const { raw } = await connect(true, [near, far]);
    const write = far.write.bind(far);
    far.write = (bytes) => {
      const isTaken = write(bytes.subarray(0, 20));
      clock.after(70, () => {
        write(bytes.subarray(20));
      });
      return isTaken;
    };
    raw.send(FIRST + TOY_CODES.announcement, compressSnappy(random.bytes(100)));
    await clock.advance(200);
    const row = recording.rows().find(({ name }) => name === 'Announcement');
    expect(row?.timing).toMatchObject({ receivingMs: 70, waitingMs: 0 });
  });

  it('tell how long a message waited in the send queue', async () => {
    const { toy } = await connect();
    toy.channel?.send(TOY_CODES.announcement, random.bytes(100));
    await clock.advance(100);
    const row = recording.rows().find(({ name }) => name === 'Announcement');
    expect(row?.timing?.waitingMs).toBe(5);
  });
});

describe('a connection that we refuse', () => {
  const started = startedNodes();

  /** The records of a node that another one dials. */
  async function refusing(options: P2pNodeOptions): Promise<StartedRecording> {
    const real = startedRecording(systemClock);
    const acceptor = await started.node({ ...options, taps: real.recorder });
    const dialler = await started.node();
    dialler.server.dialing.addStatic(acceptor.node());
    await acceptor.events.first('inbound/ended');
    return real;
  }

  it('is a record when its address is outside the allowed networks', async () => {
    const real = await refusing({ isAllowedAddress: () => false });
    expect(real.rows()).toMatchObject([
      { kind: 'end', direction: 'out', nodeId: null, cause: { code: 'not-netrestricted' } },
    ]);
  });

  it('is a record with our Disconnect and its cause when there is no room for inbound peers', async () => {
    const real = await refusing({ limits: limitsOf(1, 1) });
    const rows = real.rows();
    expect(rows.map(({ direction, name }) => `${direction} ${name}`).slice(0, 3)).toEqual([
      'in auth',
      'out ack',
      'out Disconnect',
    ]);
    expect(rows[2]?.cause?.code).toMatch(/^too-many-(inbound-)?peers$/);
    expect(rows[2]?.nodeId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is a record when its address is banned', async () => {
    const ban: Ban = {
      ...{ id: 'ip:127.0.0.1', target: { kind: 'ip', value: '127.0.0.1' }, by: 'user', reason: 'spam' },
      ...{ name: null, offence: null, createdAt: Date.now(), until: null },
    };
    const bans = { ofAddress: () => ban, ofNode: () => undefined, find: () => ban };
    const real = await refusing({ bans });
    expect(real.rows()).toMatchObject([{ kind: 'end', direction: 'out', cause: { code: 'banned' } }]);
  });

  it('is no record while only chosen nodes are recorded', async () => {
    const real = startedRecording(systemClock);
    real.control.start({ nodes: ['11'.repeat(32)], discovery: false });
    const acceptor = await started.node({ taps: real.recorder, isAllowedAddress: () => false });
    const dialler = await started.node();
    dialler.server.dialing.addStatic(acceptor.node());
    await acceptor.events.first('inbound/ended');
    expect(real.rows()).toEqual([]);
  });
});

describe('a session of a chosen node', () => {
  const started = startedNodes();

  it('is recorded from auth to Disconnect, and no other session is', async () => {
    const real = startedRecording(systemClock);
    const acceptor = await started.node({ taps: real.recorder });
    const dialler = await started.node();
    real.control.start({ nodes: [dialler.idHex], discovery: false });
    const stranger = await started.node();
    for (const node of [dialler, stranger]) node.server.dialing.addStatic(acceptor.node());
    for (const { idHex } of [dialler, stranger])
      await acceptor.events.first('peer/added', (event) => event.idHex === idHex);
    await acceptor.server.disconnect(dialler.idHex);
    await acceptor.events.first('peer/dropped');
    const rows = real.rows();
    expect(new Set(rows.map(({ nodeId }) => nodeId))).toEqual(new Set([dialler.idHex]));
    expect(rows.slice(0, 3).map(({ name }) => name)).toEqual(['auth', 'ack', 'Hello']);
    expect(rows.map(({ name }) => name)).toContain('Disconnect');
    expect(rows.find(({ name }) => name === 'Disconnect')?.cause).not.toBeNull();
  });
});
