import { describe, expect, it } from 'vitest';
import { DISCONNECT_REASONS } from '../../../shared/causes/disconnect-reasons.ts';
import { DoctorController } from '../../../src-main/app/doctor-control.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { BASE_PROTOCOL_LENGTH } from '../../../src-main/p2p/capabilities.ts';
import { encodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { exchangeHello } from '../../../src-main/p2p/hello.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { doctorEnvironment } from '../../support/doctor-environment.ts';
import { afterRlpx, DoctorWorld } from '../../support/doctor-world.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const world = new DoctorWorld(startedNodes(), startedDiscovery());
const REQUESTED = encodeDisconnect(DISCONNECT_REASONS['disconnect-requested'].wire);

/** A node that answers Hello, and Status if asked to, and then nothing; resolves with how a test left it. */
async function quietNode({ withStatus }: { readonly withStatus: boolean }) {
  let left: (end: { readonly payload: Uint8Array; readonly afterMs: number }) => void = () => undefined;
  let greeted: () => void = () => undefined;
  const end = new Promise<{ readonly payload: Uint8Array; readonly afterMs: number }>((resolve) => {
    left = resolve;
  });
  const hello = new Promise<void>((resolve) => {
    greeted = resolve;
  });
  const enode = await world.puppet(
    afterRlpx(async (connection, puppet) => {
      await exchangeHello(connection, puppet.hello());
      const since = systemClock.monotonic();
      connection.consume({
        onMessage: ({ code, payload }) => {
          // Our own Status fits: the two are on the same network.
          if (code === BASE_PROTOCOL_LENGTH && withStatus) connection.send(code, payload);
          if (code === P2P_CODES.disconnect) {
            left({ payload: payload.slice(), afterMs: systemClock.monotonic() - since });
          }
        },
        onEnd: () => {
          connection.destroy();
        },
      });
      greeted();
    }),
  );
  return { enode, end, hello };
}

describe('a test leaves with Disconnect "requested"', () => {
  it('after at most 10 s of a session in which the node answers no request', async () => {
    const { enode, end } = await quietNode({ withStatus: true });
    const report = await world.test(enode);
    expect(report.verdict).toMatchObject({ result: 'peer', cause: { code: 'request-timeout' } });
    const { payload, afterMs } = await end;
    expect(payload).toEqual(REQUESTED);
    expect(afterMs).toBeGreaterThan(4_000);
    expect(afterMs).toBeLessThan(10_000);
  });

  it('also when a person stops it in the middle of a session', async () => {
    const { enode, end, hello } = await quietNode({ withStatus: false });
    const doctor = new DoctorController(doctorEnvironment());
    const ended = doctor.run({ input: enode, special: true });
    await hello;
    expect(doctor.stop('1')).toBe(true);
    expect((await ended).verdict).toMatchObject({ cause: { code: 'test-stopped' } });
    expect((await end).payload).toEqual(REQUESTED);
  });
});
