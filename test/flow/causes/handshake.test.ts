import { causeSpec } from '../../../shared/causes/catalogue.ts';
import { endSentence } from '../../../shared/causes/sentences.ts';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { encodeHello } from '../../../src-main/p2p/messages.ts';
import type { ByteStream } from '../../../src-main/base/network.ts';
import type { EndCause } from '../../../src-main/events/events.ts';
import { untilEnd } from '../../../src-main/demo/failing-connections.ts';
import { listenerWithFullBacklog } from '../../support/full-backlog.ts';
import { idleProtocol, type P2pNode, type P2pNodeOptions } from '../../support/p2p-node.ts';
import { plainAuthOf } from '../../support/plain-auth.ts';
import { connectTo, deadAddress, listenWith, Puppet } from '../../support/puppet.ts';
import { SkippingClock } from '../../support/skipping-clock.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { traceOf } from '../../support/trace-of.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { utf8ToBytes } from '../../../src-main/base/bytes.ts';

const start = startedNodes();
const puppet = new Puppet([idleProtocol]);

/** Dials a listener that passes the connection to `act`. */
async function dial(
  act: (stream: ByteStream) => unknown,
  options: P2pNodeOptions = {},
): Promise<{ us: P2pNode; ended: Promise<EndCause | undefined> }> {
  const listener = await listenWith((stream) => void act(stream));
  start.atEnd(() => listener.close());
  const us = await start.node(options);
  us.server.dialing.addStatic(puppet.nodeAt(listener.at));
  return { us, ended: us.events.first('dial/ended').then(({ cause }) => cause) };
}

describe('the cause of a failed dial', () => {
  it('is connection-refused when the port is closed', async () => {
    const us = await start.node();
    us.server.dialing.addStatic(puppet.nodeAt(await deadAddress()));
    expect((await us.events.first('dial/ended')).cause).toMatchObject({
      code: 'connection-refused',
      by: 'network',
      stage: 'connect',
      disconnectReason: undefined,
    });
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({ code: 'connection-refused', by: 'network' });
  });

  it('is timed-out when the TCP handshake is not answered', async () => {
    const listener = await listenerWithFullBacklog();
    start.atEnd(() => listener.close());
    const us = await start.node({ dialTimeoutMs: 300 });
    us.server.dialing.addStatic(puppet.nodeAt(listener.at));
    expect((await us.events.first('dial/ended')).cause).toMatchObject({
      code: 'timed-out',
      by: 'network',
      stage: 'connect',
      disconnectReason: undefined,
    });
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({ code: 'timed-out', by: 'network' });
  });

  it('is auth-unanswered when the node has another key, and decryption-failed on its side', async () => {
    const us = await start.node();
    const them = await start.node();
    const wrong = { ...them.node(), publicKey: publicKeyOf(new Uint8Array(32).fill(7)) };
    us.server.dialing.addStatic(wrong);
    const { cause } = await us.events.first('dial/ended');
    expect(cause).toMatchObject({ code: 'auth-unanswered', by: 'remote', stage: 'encryption' });
    expect(causeSpec(cause!.code).meaning).toMatch(/another node key/);
    expect(cause?.disconnectReason).toBeUndefined();
    expect(traceOf(us, them.idHex).cause).toMatchObject({ code: 'auth-unanswered', by: 'remote' });
    const ended = await them.events.first('inbound/ended');
    expect(ended.idHex).toBeUndefined();
    expect(ended.cause).toMatchObject({ code: 'decryption-failed', by: 'local', stage: 'encryption' });
  });

  it('is handshake-timeout when no ack arrives', async () => {
    const clock = new SkippingClock();
    let arrived: () => void = () => undefined;
    const auth = new Promise<void>((resolve) => (arrived = resolve));
    const { us, ended } = await dial(
      (stream) => {
        stream.onData(arrived);
      },
      { clock },
    );
    await auth;
    await clock.skip(5_000);
    expect(await ended).toMatchObject({ code: 'handshake-timeout', by: 'network', stage: 'encryption' });
    expect(us.server.counts().total).toBe(0);
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({ code: 'handshake-timeout', by: 'network' });
  });

  it.each([
    ['text of another protocol', utf8ToBytes('HTTP/1.1 400 Bad Request\r\n\r\n'), 'handshake-too-large'],
    [
      'random bytes with a valid size',
      Uint8Array.of(1, 144, ...new Uint8Array(400).fill(7)),
      'decryption-failed',
    ],
  ])('names garbage instead of a handshake: %s', async (_, bytes, code) => {
    const { us, ended } = await dial((stream) => {
      stream.onData(() => undefined);
      stream.write(bytes);
    });
    expect(await ended).toMatchObject({ code, by: 'local', stage: 'encryption' });
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({ code, by: 'local' });
  });

  it('is unexpected-identity when Hello has another ID', async () => {
    const { us, ended } = await dial(async (stream) => {
      const connection = await puppet.acceptSecure(stream);
      connection.send(0, encodeHello(puppet.hello({ publicKey: publicKeyOf(new Uint8Array(32).fill(9)) })));
      await untilEnd(connection);
    });
    expect(await ended).toMatchObject({
      code: 'unexpected-identity',
      by: 'local',
      stage: 'hello',
      disconnectReason: 'unexpected identity',
    });
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({ code: 'unexpected-identity-by-us', by: 'local' });
  });
});

describe('the cause of a failed inbound connection', () => {
  it('is handshake-timeout when no auth arrives', async () => {
    const clock = new SkippingClock();
    const us = await start.node({ clock });
    await connectTo(us);
    await us.events.first('inbound/accepted');
    await clock.skip(5_000);
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBeUndefined();
    expect(ended.cause).toMatchObject({ code: 'handshake-timeout', by: 'network', stage: 'encryption' });
    expect(us.server.pendingInbound()).toBe(0);
  });

  it.each([
    ['text of another protocol', utf8ToBytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'handshake-too-large'],
    [
      'random bytes with a valid size',
      Uint8Array.of(1, 144, ...new Uint8Array(400).fill(7)),
      'decryption-failed',
    ],
  ])('names garbage instead of a handshake: %s', async (_, bytes, code) => {
    const us = await start.node();
    const stream = await connectTo(us);
    stream.write(bytes);
    const { cause, idHex } = await us.events.first('inbound/ended');
    expect(idHex).toBeUndefined();
    expect(cause).toMatchObject({ code, by: 'local', stage: 'encryption' });
  });

  it('is pre-eip8-handshake, with the ID of the sender', async () => {
    const us = await start.node();
    const stream = await connectTo(us);
    stream.write(plainAuthOf(puppet.privateKey, us, systemRandom));
    const { cause, idHex } = await us.events.first('inbound/ended');
    expect(idHex).toBe(puppet.idHex);
    expect(cause).toMatchObject({ code: 'pre-eip8-handshake', by: 'local', stage: 'encryption' });
    expect(endSentence(cause)).toBe('Handshake older than EIP-8');
    const trace = traceOf(us, puppet.idHex);
    expect(trace.cause).toMatchObject({ code: 'pre-eip8-handshake' });
    const stopped = trace.steps.filter(({ state }) => state === 'stopped').map(({ step }) => step);
    expect(stopped).toEqual(['encrypted']);
  });

  it('is read-timeout when no Hello arrives', async () => {
    const clock = new SkippingClock();
    const us = await start.node({ clock });
    const connection = await puppet.secure(us);
    void untilEnd(connection);
    await us.events.first('connection/passed', ({ stage }) => stage === 'encryption');
    await clock.skip(30_000);
    expect((await us.events.first('inbound/ended')).cause).toMatchObject({
      code: 'read-timeout',
      by: 'local',
      stage: 'hello',
      disconnectReason: 'read timeout',
    });
  });

  it('is unexpected-identity when Hello has another ID', async () => {
    const us = await start.node();
    const connection = await puppet.secure(us);
    connection.send(0, encodeHello(puppet.hello({ publicKey: publicKeyOf(new Uint8Array(32).fill(9)) })));
    void untilEnd(connection);
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBe(puppet.idHex);
    expect(ended.cause).toMatchObject({
      code: 'unexpected-identity',
      by: 'local',
      stage: 'hello',
      disconnectReason: 'unexpected identity',
    });
  });
});

describe('the cause of a session that ends', () => {
  it('is read-timeout when nothing arrives for 30 seconds', async () => {
    const clock = new SkippingClock();
    const us = await start.node({ clock });
    const connection = await puppet.greet(us);
    await us.events.first('peer/added');
    await clock.skip(30_000);
    expect((await us.events.first('peer/dropped')).cause).toMatchObject({
      code: 'read-timeout',
      by: 'local',
      stage: 'running',
      disconnectReason: 'read timeout',
    });
    expect(traceOf(us, puppet.idHex).cause).toMatchObject({
      code: 'read-timeout-by-us',
      by: 'local',
      disconnectReason: 'read timeout',
    });
    const pings = us.events.of('peer/message').filter(({ name }) => name === 'Ping');
    expect(pings.length).toBeGreaterThanOrEqual(2);
    connection.destroy();
  });

  it('is closed-by-remote when the connection breaks', async () => {
    const us = await start.node();
    const connection = await puppet.greet(us);
    await us.events.first('peer/added');
    connection.destroy();
    expect((await us.events.first('peer/dropped')).cause).toMatchObject({
      code: 'closed-by-remote',
      by: 'remote',
      stage: 'running',
      disconnectReason: undefined,
    });
  });
});
