import { expect, it } from 'vitest';
import { TURN_MS } from '../../../src-main/base/loop-turns.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { localStatus } from '../../../src-main/eth/local-status.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import type { ConnectionTap } from '../../../src-main/events/connection-tap.ts';
import { BASE_PROTOCOL_LENGTH } from '../../../src-main/p2p/capabilities.ts';
import { sendEth } from '../../support/puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer } from '../../support/session-pair.ts';
import { TurningClock } from '../../support/turning-clock.ts';

const nothing = () => undefined;

it('is established when both Status messages have passed, also when ours waits for a turn of the event loop', async () => {
  const clock = new TurningClock();
  const passed: string[] = [];
  const tap: ConnectionTap = {
    isOn: true,
    message: (code, { direction }) => {
      if (code !== BASE_PROTOCOL_LENGTH) return;
      passed.push(`${direction} Status`);
      // We dialled, so our Status follows that of the peer: it has to wait now.
      if (direction === 'in') clock.work(2 * TURN_MS);
    },
    ...{ handshake: nothing, badFrame: nothing, dropped: nothing, notSent: nothing },
    ...{ identified: nothing, negotiated: nothing, ended: nothing },
  };
  const chain = createGenesisChain(NETWORKS.sepolia, clock);
  const random = new SeededRandom(7);
  const { session, raw } = await clock.runUntil(
    openBarePeer(createEthProtocols(chain, [69]), { clock, random, tap }),
  );
  void session.established.then(() => passed.push('established'));
  sendEth(raw, 69, { name: 'Status', status: localStatus(69, chain) });
  await clock.advance(1);
  expect(passed).toEqual(['in Status']);
  while (clock.isTurning) await clock.turn();
  expect(passed).toEqual(['in Status', 'out Status', 'established']);
  await clock.runUntil(Promise.all([session.disconnect('client-quitting'), raw.close()]));
});
