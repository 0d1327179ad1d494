import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../../src-main/base/bytes.ts';
import { logDistance } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { ChainsafeNode, chainsafeRecord } from '../support/chainsafe-node.ts';
import type { DiscoveryNode } from '../support/discovery-node.ts';
import { eventually } from '../support/eventually.ts';
import { startedDiscovery } from '../support/started-discovery.ts';

const start = startedDiscovery();

const startOurs = (bootnodes: readonly Node[] = []): Promise<DiscoveryNode> =>
  start.node('127.0.0.1', { bootnodes, protocols: ['v5'] });

async function startTheirs(): Promise<ChainsafeNode> {
  const node = await ChainsafeNode.start();
  start.atEnd(() => node.stop());
  return node;
}

describe('discovery v5 with @chainsafe/discv5', () => {
  it('pings both ways; each Pong has the endpoint of the other and the sequence number of its own ENR', async () => {
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    expect(await ours.discovery.v5!.transport.ping(theirs.node)).toBe(theirs.discv5.enr.seq);
    const pong = await theirs.discv5.sendPing(chainsafeRecord(ours.node));
    expect(pong.enrSeq).toBe(ours.record.seq);
    expect(pong.addr).toMatchObject({ port: theirs.node.udp });
  });

  it('exchanges requests in both directions in one session', async () => {
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    await theirs.discv5.sendPing(chainsafeRecord(ours.node));
    expect(ours.discovery.v5!.transport.sessions.sessions).toBe(1);
    for (let count = 0; count < 20; count++) {
      await ours.discovery.v5!.transport.ping(theirs.node);
      await theirs.discv5.sendPing(chainsafeRecord(ours.node));
    }
    const { packets } = ours.discovery.v5!.transport.counters;
    const challenges = packets.find(({ packet }) => packet === 'v5/whoareyou');
    expect(challenges).toMatchObject({ in: 0, out: 1 });
  });

  it('answers FINDNODE both ways: the own ENR at distance 0, and nodes of the table at other distances', async () => {
    const [ours, theirs, other] = [await startOurs(), await startTheirs(), await startTheirs()];
    expect((await ours.discovery.v5!.transport.requestEnr(theirs.node)).record?.seq).toBe(
      theirs.discv5.enr.seq,
    );
    const [own] = await theirs.discv5.sendFindNode(chainsafeRecord(ours.node), [0]);
    expect(own?.nodeId).toBe(ours.node.idHex);

    await other.discv5.sendPing(chainsafeRecord(ours.node));
    await ours.seen('discovery/node-added', ({ node }) => node.idHex === other.idHex);
    const distance = logDistance(ours.node.id, hexToBytes(other.idHex));
    await eventually('our answer has the node that passed a check', async () => {
      const found = await theirs.discv5.sendFindNode(chainsafeRecord(ours.node), [distance]);
      return found.find(({ nodeId }) => nodeId === other.idHex);
    });

    theirs.discv5.addEnr(chainsafeRecord(other.node));
    const trace = await (await startOurs([theirs.node])).discovery.v5!.lookup(hexToBytes(other.idHex));
    expect(trace.closest[0]?.id).toBe(other.idHex);
  });

  it('exchanges TALKREQ and TALKRESP both ways', async () => {
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    theirs.discv5.on('talkReqReceived', (from, _, { id, request }) => {
      void theirs.discv5.sendTalkResp(from, id, request.slice().reverse()).catch(() => undefined);
    });
    const answer = await ours.discovery.v5!.transport.talk(theirs.node, 'test', Uint8Array.of(1, 2, 3));
    expect(answer).toEqual(Uint8Array.of(3, 2, 1));

    ours.discovery.v5!.transport.registerTalk('echo', (_, payload) => payload);
    const ask = (protocol: string): Promise<Uint8Array> =>
      theirs.discv5.sendTalkReq(chainsafeRecord(ours.node), Uint8Array.of(4, 5), protocol);
    expect(Uint8Array.from(await ask('echo'))).toEqual(Uint8Array.of(4, 5));
    expect(Uint8Array.from(await ask('unknown'))).toEqual(new Uint8Array());
  });

  it('gets an answer to every request, though the other side drops leading zeros of request IDs', async () => {
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    for (let count = 0; count < 800; count++) await ours.discovery.v5!.transport.ping(theirs.node);
  });

  it('makes a new session when one side has lost its own', async () => {
    const [ours, theirs] = [await startOurs(), await startTheirs()];
    await ours.discovery.v5!.transport.ping(theirs.node);
    await theirs.stop();
    await theirs.discv5.start();
    expect(await ours.discovery.v5!.transport.ping(theirs.node)).toBe(theirs.discv5.enr.seq);
    await theirs.discv5.sendPing(chainsafeRecord(ours.node));
  });
});

describe('a network of five of ours and five of @chainsafe/discv5', () => {
  it('that all start from one node lets every node find every other', async () => {
    const first = await startOurs();
    const ours = [first];
    while (ours.length < 5) ours.push(await startOurs([first.node]));
    const theirs: ChainsafeNode[] = [];
    while (theirs.length < 5) {
      const node = await startTheirs();
      node.discv5.addEnr(chainsafeRecord(first.node));
      theirs.push(node);
    }
    const all = [...ours.map(({ node }) => node.idHex), ...theirs.map(({ idHex }) => idHex)];

    const finds = async (
      self: string,
      find: (target: string) => Promise<readonly string[]>,
    ): Promise<void> => {
      for (const target of all) {
        if (target === self) continue;
        await eventually(
          `${self.slice(0, 8)} finds ${target.slice(0, 8)}`,
          async () => ((await find(target)).includes(target) ? true : undefined),
          { timeoutMs: 150_000, everyMs: 500 },
        );
      }
    };
    await Promise.all([
      ...ours.map((node) =>
        finds(node.node.idHex, async (target) => {
          const { closest } = await node.discovery.v5!.lookup(hexToBytes(target));
          return closest.map(({ id }) => id);
        }),
      ),
      ...theirs.map(({ idHex, discv5 }) =>
        finds(idHex, async (target) => (await discv5.findNode(target)).map(({ nodeId }) => nodeId)),
      ),
    ]);
  }, 180_000);
});
