import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startedApplications } from '../support/started-applications.ts';
import { runsWeb3Py, web3Py } from '../support/web3py.ts';

const applications = startedApplications();

describe.runIf(runsWeb3Py)('web3.py', () => {
  test('reads and changes a node over HTTP, WebSocket and IPC', async () => {
    const other = await applications.start('other', '--nodiscover');
    const ours = await applications.start('ours', '--nodiscover', '--http.token', 'a-token');
    const { origin } = new URL(ours.pageUrl ?? '');
    const { enode, id: otherId } = other.backend.status().identity;
    const socket = join(applications.path('ours'), 'enodeck.ipc');
    const results = await web3Py(`${origin}/?token=a-token`, socket, enode);
    const { clientName, identity, health } = ours.backend.status();
    const plain = {
      ...{ connected: true, version: clientName, chainId: 1, networkId: '1', id: identity.id },
      health: expect.arrayContaining([health[0]?.id]) as unknown,
    };
    const whole = {
      ...{ ...plain, listening: true, syncing: false, datadir: applications.path('ours') },
      refusal: expect.stringContaining('set --http.addr and --http.port') as string,
      unknown: -32_601,
    };
    expect(results).toEqual({
      HTTP: whole,
      IPC: whole,
      peer: { added: true, peers: [otherId] },
      WebSocket: { ...plain, peers: [otherId], subscription: '0x' },
    });
  });
});
