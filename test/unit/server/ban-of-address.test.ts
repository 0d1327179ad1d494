import { describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { refuseByGuard } from '../../../src-main/server/admission.ts';
import { TcpWorld } from '../../support/tcp-world.ts';

const banOf = (kind: 'ip' | 'cidr', value: string): Ban => ({
  ...{ id: `${kind}:${value}`, target: { kind, value }, reason: '' },
  ...{ by: 'user', offence: null, createdAt: 0, until: null, name: null },
});

describe('a ban of an address', () => {
  it('applies to every node ID at the address', () => {
    const guard = {
      isAllowedAddress: () => true,
      banOfNode: () => undefined,
      banOfAddress: (ip: string) => (ip === '192.0.2.1' ? banOf('ip', ip) : undefined),
    };
    expect(refuseByGuard({ idHex: 'a', ip: '192.0.2.1' }, guard)).toEqual({
      code: 'banned',
      params: { ban: 'ip', network: '', reason: '' },
    });
    expect(refuseByGuard({ idHex: 'a', ip: '192.0.2.2' }, guard)).toBeUndefined();
  });

  it.each([
    ['address', banOf('ip', '10.0.1.1')],
    ['network', banOf('cidr', '10.0.1.0/24')],
  ])('disconnects the peers of that %s and no others', async (_kind, ban) => {
    const world = new TcpWorld();
    const bans: Ban[] = [];
    const ofAddress = (ip: string): Ban | undefined => (ip === '10.0.1.1' ? bans[0] : undefined);
    const host = world.node('10.0.0.1', {
      bans: { ofAddress, ofNode: () => undefined, find: (_idHex, ip) => ofAddress(ip ?? '') },
    });
    const held = world.node('10.0.1.1');
    const free = world.node('10.0.2.1');
    for (const { server } of [host, held, free]) await server.start();
    for (const { server } of [held, free]) server.dialing.addStatic(host.node());
    await world.clock.advance(1_000);
    expect(host.server.counts().total).toBe(2);
    bans.push(ban);
    host.server.recheck();
    await world.clock.advance(3_000);
    expect(host.server.peers().map(({ session }) => session.idHex)).toEqual([free.idHex]);
    expect(host.events.of('peer/dropped')).toMatchObject([
      { idHex: held.idHex, cause: { code: 'banned', by: 'local' } },
    ]);
    await world.clock.runUntil(Promise.all([host, held, free].map(({ server }) => server.stop())));
  });
});
