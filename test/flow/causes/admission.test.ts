import { endSentence } from '../../../shared/causes/sentences.ts';
import { describe, expect, it } from 'vitest';
import { limitsOf, type P2pNode } from '../../support/p2p-node.ts';
import { Puppet, sayGoodbye, listenWith } from '../../support/puppet.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { bansOf, traceOf } from '../../support/trace-of.ts';

const start = startedNodes();

/** Two nodes with a session that the first one dialled. */
async function connected(): Promise<{ us: P2pNode; them: P2pNode }> {
  const us = await start.node();
  const them = await start.node();
  us.server.dialing.addStatic(them.node());
  await Promise.all([us.events.first('peer/added'), them.events.first('peer/added')]);
  return { us, them };
}

describe('the cause of a refused connection', () => {
  it('is too-many-peers when the peer sends that instead of Hello', async () => {
    const full = await start.node({ limits: limitsOf(1) });
    const us = await start.node();
    us.server.dialing.addStatic(full.node());
    expect((await us.events.first('dial/ended')).cause).toEqual({
      code: 'too-many-peers',
      params: {},
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'too many peers',
    });
    expect(us.server.dialing.stateOf(full.node())).toMatchObject({ state: 'waiting', failures: 1 });
    expect(traceOf(us, full.idHex)).toMatchObject({
      connected: false,
      cause: { code: 'too-many-peers', by: 'remote', disconnectReason: 'too many peers' },
    });
  });

  it('is too-many-peers when the peer sends that right after its Hello', async () => {
    const puppet = new Puppet();
    const full = await listenWith((stream) => {
      void puppet.acceptSecure(stream).then((connection) => sayGoodbye(connection, 'too-many-peers'));
    });
    start.atEnd(() => full.close());
    const us = await start.node();
    us.server.dialing.addStatic(puppet.nodeAt(full.at));
    expect((await us.events.first('dial/ended')).cause).toMatchObject({
      code: 'too-many-peers',
      by: 'remote',
      disconnectReason: 'too many peers',
    });
  });

  it.each([
    ['we are full', 0, 'too-many-peers', /^All our peer slots are taken: 0 of 0$/],
    ['our inbound slots are taken', 1, 'too-many-inbound-peers', /inbound peers were taken: 0 of 0$/],
  ])('is that %s', async (_, maxPeers, code, message) => {
    const us = await start.node({ limits: limitsOf(maxPeers) });
    const them = await start.node();
    them.server.dialing.addStatic(us.node());
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBe(them.idHex);
    expect(ended.cause).toMatchObject({
      code,
      by: 'local',
      stage: 'encryption',
      disconnectReason: 'too many peers',
    });
    expect(endSentence(ended.cause)).toMatch(message);
    expect(traceOf(us, them.idHex).cause?.code).toMatch(new RegExp(`^${code}(-by-us)?$`));
    expect(traceOf(us, them.idHex).cause?.by).toBe('local');
    expect((await them.events.first('dial/ended')).cause).toMatchObject({
      code: 'too-many-peers',
      by: 'remote',
    });
  });

  it('is already-connected on both sides of a second connection', async () => {
    const { us, them } = await connected();
    const twin = await start.node({ privateKey: us.privateKey });
    twin.server.dialing.addStatic(them.node());
    expect((await twin.events.first('dial/ended')).cause).toMatchObject({
      code: 'already-connected',
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'already connected',
    });
    expect(traceOf(twin, them.idHex).cause).toMatchObject({ code: 'already-connected', by: 'remote' });
    const ended = await them.events.first('inbound/ended');
    expect(ended.idHex).toBe(us.idHex);
    expect(ended.cause).toMatchObject({
      code: 'already-connected',
      by: 'local',
      stage: 'encryption',
      disconnectReason: 'already connected',
    });
    expect(us.server.counts().total).toBe(1);
    expect(them.server.counts().total).toBe(1);
  });

  it('is self, before a dial and for an inbound connection', async () => {
    const us = await start.node();
    expect(us.server.dialing.stateOf(us.node())).toMatchObject({ state: 'refused', refusal: 'self' });
    const twin = await start.node({ privateKey: us.privateKey, dialing: { ownIdHex: '00'.repeat(32) } });
    twin.server.dialing.addStatic(us.node());
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBe(us.idHex);
    expect(ended.cause).toMatchObject({
      code: 'self',
      by: 'local',
      stage: 'encryption',
      disconnectReason: 'connected to self',
    });
    expect((await twin.events.first('dial/ended')).cause).toMatchObject({ code: 'self', by: 'local' });
  });

  it('is not-netrestricted in both directions, before a byte is read', async () => {
    const us = await start.node({ isAllowedAddress: () => false });
    const them = await start.node();
    them.server.dialing.addStatic(us.node());
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBeUndefined();
    expect(ended.cause).toMatchObject({ code: 'not-netrestricted', by: 'local', stage: 'connect' });
    expect(ended.cause.disconnectReason).toBeUndefined();
    us.server.dialing.addStatic(them.node());
    expect(us.server.dialing.stateOf(them.node())).toMatchObject({
      state: 'refused',
      refusal: 'not-netrestricted',
    });
    expect(us.events.of('dial/started')).toEqual([]);
    expect(us.events.of('inbound/accepted')).toEqual([]);
  });
});

describe('a ban', () => {
  it('of a node is the cause of its refused connection, and of the dial that is not made', async () => {
    const them = await start.node();
    const us = await start.node({ bans: await bansOf(them.idHex) });
    them.server.dialing.addStatic(us.node());
    const ended = await us.events.first('inbound/ended');
    expect(ended.idHex).toBe(them.idHex);
    expect(ended.cause).toEqual({
      code: 'banned',
      params: { ban: 'node', network: '', reason: 'it floods' },
      by: 'local',
      stage: 'encryption',
      disconnectReason: 'disconnect requested',
    });
    expect((await them.events.first('dial/ended')).cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
    });
    us.server.dialing.addStatic(them.node());
    expect(us.server.dialing.stateOf(them.node())).toMatchObject({ state: 'refused', refusal: 'banned' });
    expect(us.events.of('dial/started')).toEqual([]);
    expect(traceOf(us, them.idHex).cause).toMatchObject({ code: 'banned', by: 'local' });
  });

  it('of a network is the cause before a byte is read', async () => {
    const us = await start.node({ bans: await bansOf('127.0.0.0/8') });
    const them = await start.node();
    them.server.dialing.addStatic(us.node());
    const ended = await us.events.first('inbound/ended');
    expect(ended.cause).toMatchObject({ code: 'banned', by: 'local', stage: 'connect' });
    expect(endSentence(ended.cause)).toBe('Its network 127.0.0.0/8 is banned here: it floods');
    expect(us.events.of('inbound/accepted')).toEqual([]);
  });
});

describe('the cause of a session that ends', () => {
  it('is client-quitting when the peer stops', async () => {
    const { us, them } = await connected();
    await them.server.stop();
    expect((await us.events.first('peer/dropped')).cause).toEqual({
      code: 'client-quitting',
      params: {},
      by: 'remote',
      stage: 'running',
      disconnectReason: 'client quitting',
    });
    expect((await them.events.first('peer/dropped')).cause).toMatchObject({
      code: 'client-quitting',
      by: 'local',
    });
    expect(traceOf(them, us.idHex).cause).toMatchObject({
      code: 'client-quitting-by-us',
      by: 'local',
    });
  });
});
