import { describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';

async function startOn(...ips: readonly string[]): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: ips.map((ip) => ({ ip, port: 0 })),
  });
  await node.start();
  await node.discovery.v4!.refresh();
  return node;
}

describe('discovery on real sockets', () => {
  it('serves IPv4 and IPv6 on one port with one table', async () => {
    const both = await startOn('127.0.0.1', '::1');
    const [four, six] = [await startOn('127.0.0.1'), await startOn('::1')];
    const { socket } = both.discovery;
    expect(socket.local('ipv6')?.port).toBe(socket.local('ipv4')?.port);
    await four.discovery.v4!.transport.ping(nodeFromRecord(both.record, ['ipv4']));
    await six.discovery.v4!.transport.ping(nodeFromRecord(both.record, ['ipv6']));
    await Promise.all([
      both.seen('discovery/node-added', ({ node }) => node.ip === '127.0.0.1'),
      both.seen('discovery/node-added', ({ node }) => node.ip === '::1'),
    ]);
    const record = await six.discovery.v4!.transport.requestEnr(nodeFromRecord(both.record, ['ipv6']));
    expect(record).toMatchObject({ ip: '::1', seq: both.record.seq });
    await Promise.all([both, four, six].map((node) => node.stop()));
  });

  it('refuses a port that is taken, and leaves nothing open', async () => {
    const first = await startOn('127.0.0.1');
    const port = first.discovery.socket.local('ipv4')?.port ?? 0;
    const second = new DiscoveryNode({
      transport: systemDatagramTransport,
      clock: systemClock,
      random: systemRandom,
      addresses: [
        { ip: '::1', port },
        { ip: '127.0.0.1', port },
      ],
    });
    await expect(second.start()).rejects.toThrow(expect.objectContaining({ code: 'address-in-use' }));
    expect(second.discovery.socket.families).toEqual([]);
    await first.stop();
  });
});
