import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SignedHash } from '../../../../src-main/base/recovery-batch.ts';
import type { Recovery, SignerPool } from '../../../../src-main/base/recovery-pool.ts';
import { publicKeyOf, recover } from '../../../../src-main/base/secp256k1.ts';
import { encodePacket } from '../../../../src-main/discovery/v4/packet.ts';
import { DiscoveryFixture } from '../../../support/discovery-fixture.ts';
import type { DiscoveryNode } from '../../../support/discovery-node.ts';
import type { Discv4Peer } from '../../../support/discv4-peer.ts';

/** Recovers each key when it gets the job. */
class ImmediatePool implements SignerPool {
  readonly isOn = true;
  readonly jobs: SignedHash[] = [];
  /** The result of the next jobs; without it the right one. */
  result: Recovery['result'] | undefined;

  overloaded(): void {
    throw new Error('there is no load');
  }
  take(job: SignedHash): Recovery {
    this.jobs.push(job);
    return { result: this.result ?? recover(job.hash, job.signature) };
  }
  onRecovered(): () => void {
    return () => undefined;
  }
}

let fixture: DiscoveryFixture;
let pool: ImmediatePool;
let node: DiscoveryNode;
let peer: Discv4Peer;

beforeEach(async () => {
  fixture = new DiscoveryFixture(63);
  pool = new ImmediatePool();
  node = await fixture.start(undefined, { pool });
  peer = await fixture.v4Peer();
});
afterEach(() => fixture.stop(node, { stop: () => peer.close() }));

const drops = (): string[] =>
  node.events.flatMap((event) => (event.type === 'discovery/dropped' ? [event.reason] : []));

it('answers a ping whose sender the pool has recovered', async () => {
  peer.ping(node.node);
  await fixture.clock.advance(100);
  expect(pool.jobs).toHaveLength(1);
  expect(peer.got('pong')).toHaveLength(1);
  const found = await node.seen('discovery/found');
  expect(found.node.publicKey).toEqual(publicKeyOf(peer.privateKey));
});

it('drops a packet of which the pool recovers no key', async () => {
  pool.result = 'invalid';
  peer.ping(node.node);
  await fixture.clock.advance(100);
  expect([peer.got('pong').length, drops()]).toEqual([0, ['bad-signature']]);
});

it('recovers the key itself when the pool has failed', async () => {
  pool.result = 'undone';
  peer.ping(node.node);
  await fixture.clock.advance(100);
  expect(peer.got('pong')).toHaveLength(1);
});

it('gives the pool nothing that needs no signature check', async () => {
  peer.ping(node.node, { expiration: peer.expiration - 3_600 });
  peer.pong({ ip: node.node.ip ?? '', port: node.node.udp }, new Uint8Array(32));
  const { datagram } = encodePacket(
    { type: 'findnode', target: new Uint8Array(64), expiration: peer.expiration },
    peer.privateKey,
  );
  peer.sendRaw(datagram.subarray(0, 90), node.node);
  await fixture.clock.advance(100);
  expect([pool.jobs.length, drops()]).toEqual([0, ['expired', 'unsolicited', 'not-a-packet']]);
});
