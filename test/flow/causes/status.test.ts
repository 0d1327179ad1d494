import { endSentence } from '../../../shared/causes/sentences.ts';
import { describe, expect, it } from 'vitest';
import { NETWORKS, type Network } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { untilEnd } from '../../../src-main/demo/failing-connections.ts';
import { idleProtocol, type P2pNode } from '../../support/p2p-node.ts';
import { Puppet, sayGoodbye } from '../../support/puppet.ts';
import { SkippingClock } from '../../support/skipping-clock.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { traceOf } from '../../support/trace-of.ts';

const { sepolia } = NETWORKS;
const ethOf = (network: Network): readonly Protocol[] =>
  createEthProtocols(createGenesisChain(network, systemClock));
/** eth in versions with which no session gets to Status. */
const oldEth = (...versions: number[]): readonly Protocol[] =>
  versions.map((version) => ({ ...idleProtocol, name: 'eth', version, length: 17 }));

const start = startedNodes();

/** Our node, which dials another. */
async function dialOne(theirs: readonly Protocol[]): Promise<{ us: P2pNode; them: P2pNode }> {
  const us = await start.node({ protocols: ethOf(sepolia) });
  const them = await start.node({ protocols: theirs });
  us.server.dialing.addStatic(them.node());
  return { us, them };
}

describe('the cause of a session that ends at Status', () => {
  it.each([
    {
      what: 'a wrong network',
      code: 'wrong-network',
      network: { ...sepolia, networkId: 4_242n },
      message: /is on network 4242; this node is on network 11155111$/,
    },
    {
      what: 'a wrong genesis block',
      code: 'wrong-genesis',
      network: { ...sepolia, genesisHash: new Uint8Array(32).fill(7) },
      message: /^The genesis block of the peer is 0x0707.+; ours is 0x25a5cc10/,
    },
    {
      what: 'an incompatible fork',
      code: 'wrong-fork',
      network: { ...sepolia, forkTimes: [1_700_000_000n, ...sepolia.forkTimes.slice(1)] },
      message: /^The fork ID of the peer is 0x[0-9a-f]{8}, .*; ours is 0x[0-9a-f]{8}, /,
    },
  ])('is $what, with both values, on both sides', async ({ code, network, message }) => {
    const { us, them } = await dialOne(ethOf(network));
    const ours = (await us.events.first('peer/dropped')).cause;
    expect(ours).toMatchObject({
      code,
      by: 'local',
      stage: 'status',
      disconnectReason: 'subprotocol error',
    });
    expect(endSentence(ours)).toMatch(message);
    // The side that reads the other's Status first ends the session; both know the cause.
    const theirs = (await them.events.first('peer/dropped')).cause;
    expect(theirs).toMatchObject({ code, stage: 'status', disconnectReason: 'subprotocol error' });
    expect(theirs.by).not.toBe('network');
    expect(us.events.of('peer/established')).toEqual([]);
    const { cause, steps } = traceOf(us, them.idHex);
    expect(cause).toMatchObject({ code, by: 'local', disconnectReason: 'subprotocol error' });
    expect(steps.filter(({ state }) => state === 'stopped').map(({ step }) => step)).toEqual(['status']);
  });

  it('is status-timeout when no Status arrives within 5 seconds', async () => {
    const clock = new SkippingClock();
    const us = await start.node({ protocols: ethOf(sepolia), clock });
    const puppet = new Puppet(ethOf(sepolia));
    void untilEnd(await puppet.greet(us));
    await us.events.first('peer/added');
    await clock.skip(5_000);
    expect((await us.events.first('peer/dropped')).cause).toMatchObject({
      code: 'status-timeout',
      by: 'local',
      stage: 'status',
      disconnectReason: 'read timeout',
    });
  });
});

describe('the cause of a connection that ends at Hello', () => {
  it('is no-shared-version when no version of eth is common', async () => {
    const { us, them } = await dialOne(oldEth(66, 67));
    const { cause } = await us.events.first('dial/ended');
    expect(cause).toMatchObject({
      code: 'no-shared-version',
      params: {
        theirs: 'eth/66, eth/67',
        ours: 'eth/68, eth/69, eth/70, eth/71',
        versions: 'eth/66, eth/67',
      },
      by: 'local',
      stage: 'hello',
      disconnectReason: 'useless peer',
    });
    expect((await them.events.first('inbound/ended')).cause).toMatchObject({
      code: 'no-shared-version',
      by: 'local',
      disconnectReason: 'useless peer',
    });
    expect(traceOf(us, them.idHex).cause).toMatchObject({ code: 'no-shared-version', by: 'local' });
  });

  it('is no-shared-protocol when no protocol is common', async () => {
    const { us } = await dialOne([{ ...idleProtocol, name: 'les', version: 4 }]);
    expect((await us.events.first('dial/ended')).cause).toMatchObject({
      code: 'no-shared-protocol',
      params: { theirs: 'les/4', ours: 'eth/68, eth/69, eth/70, eth/71' },
      by: 'local',
      stage: 'hello',
      disconnectReason: 'useless peer',
    });
  });

  it('is useless-peer when the peer sends that instead of Hello', async () => {
    const us = await start.node({ protocols: ethOf(sepolia) });
    const puppet = new Puppet(ethOf(sepolia));
    const connection = await puppet.secure(us);
    await sayGoodbye(connection, 'useless-peer');
    expect((await us.events.first('inbound/ended')).cause).toMatchObject({
      code: 'useless-peer',
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'useless peer',
    });
  });
});
