import { describe, expect, it } from 'vitest';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { loopbackDiscovery, pingUntilAnswered, startedDiscovery } from '../../support/started-discovery.ts';

const start = startedDiscovery();

describe('discovery on real sockets', () => {
  it.each(['v4', 'v5'] as const)(
    'by %s serves IPv4 and IPv6 on one port with one table',
    async (protocol) => {
      const options = { protocols: [protocol] };
      const both = await start.node(['127.0.0.1', '::1'], options);
      const [four, six] = [await start.node('127.0.0.1', options), await start.node('::1', options)];
      for (const { discovery } of [both, four, six]) await discovery[protocol]!.refresh();
      const { socket } = both.discovery;
      expect(socket.local('ipv6')?.port).toBe(socket.local('ipv4')?.port);
      const { seq } = both.record;
      expect(await pingUntilAnswered(four, protocol, nodeFromRecord(both.record, ['ipv4']))).toBe(seq);
      expect(await pingUntilAnswered(six, protocol, nodeFromRecord(both.record, ['ipv6']))).toBe(seq);
      await Promise.all([
        both.seen('discovery/node-added', ({ node }) => node.ip === '127.0.0.1'),
        both.seen('discovery/node-added', ({ node }) => node.ip === '::1'),
        both.seen('discovery/bonded', ({ idHex }) => idHex === four.node.idHex),
        both.seen('discovery/bonded', ({ idHex }) => idHex === six.node.idHex),
      ]);
      const record = await six.discovery[protocol]!.transport.requestEnr(
        nodeFromRecord(both.record, ['ipv6']),
      );
      expect(record).toMatchObject({ ip: '::1', seq });
      if (protocol === 'v5')
        expect(both.discovery.v5!.transport.sessions).toMatchObject({
          sessions: 2,
          handshakes: 2,
          failedHandshakes: 0,
        });
    },
  );

  it('fails to start on a port in use, and leaves no socket open', async () => {
    const first = await start.node('127.0.0.1');
    const port = first.discovery.socket.local('ipv4')?.port ?? 0;
    const addresses = ['::1', '127.0.0.1'].map((ip) => ({ ip, port }));
    const second = loopbackDiscovery([], { addresses });
    await expect(second.start()).rejects.toThrow(expect.objectContaining({ code: 'address-in-use' }));
    expect(second.discovery.socket.families).toEqual([]);
  });
});
