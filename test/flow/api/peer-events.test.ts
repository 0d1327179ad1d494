import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeTrace } from '../../../shared/model/why.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { RpcSocketClient } from '../../support/rpc-socket-client.ts';
import { composeApplication } from '../../support/started-applications.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOKEN = 'a-token-of-the-tests';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let application: Application;
let client: RpcSocketClient;

beforeAll(async () => {
  folder = await temporaryFolder();
  application = await composeApplication(folder.path, ['--demo', '--http.token', TOKEN, '--msgevents']);
  await application.start();
  const { host } = new URL(application.pageUrl ?? '');
  client = await RpcSocketClient.open(`ws://${host}/?token=${TOKEN}`);
});

afterAll(async () => {
  client.close();
  await application.stop();
  await folder.remove();
});

describe('JSON-RPC over WebSocket', () => {
  test('sends events of peers, of their messages, and of the peer that a ban disconnects', async () => {
    const subscription = await client.call<string>('admin_subscribe', 'peerEvents');
    const peer = await eventually('a peer with messages', async () => {
      const added = client.notifications
        .map(({ params }) => params.result)
        .filter(({ type }) => type === 'add');
      return added.map((event) => event.peer).find((id) => client.events('msgrecv', id).length > 0);
    });
    expect(client.notifications[0]).toMatchObject({
      jsonrpc: '2.0',
      method: 'admin_subscription',
      params: { subscription },
    });
    expect(client.events('add', peer)[0]).toEqual({
      type: 'add',
      peer,
      local: expect.stringMatching(/^(127\.0\.0\.1|\[::1\]):\d+$/) as string,
      remote: expect.stringMatching(/^(127\.|\[::1\]:)/) as string,
    });
    expect(client.events('msgrecv', peer)[0]).toMatchObject({
      ...{ protocol: 'eth', msg_code: expect.any(Number) as number, msg_size: expect.any(Number) as number },
    });

    await client.call('enodeck_ban', peer, 'hour', 'of the tests');
    const [dropped] = await eventually('the drop', async () => {
      const drops = client.events('drop', peer);
      return drops.length > 0 ? drops : undefined;
    });
    expect(dropped).toMatchObject({ type: 'drop', error: expect.any(String) as string });
    const trace = await client.call<NodeTrace>('enodeck_whyNot', peer);
    expect(trace).toMatchObject({ known: true, connected: false });
    expect(await client.call('enodeck_unban', peer)).toBe(true);

    const { records } = await client.call<{ records: { nodeId: string; name: string }[] }>(
      'enodeck_sessions',
      { node: peer },
    );
    expect(records).toMatchObject([{ nodeId: peer, by: 'local' }]);
    expect(await client.call('admin_unsubscribe', subscription)).toBe(true);
  });

  test('returns funnel, settings and health', async () => {
    expect(await client.call('enodeck_why', '10m')).toMatchObject({ span: '10m' });
    expect(await client.call('enodeck_health')).toContainEqual(expect.objectContaining({ state: 'good' }));
    const settings = await client.call<{ key: string; source: string; value: unknown }[]>('enodeck_settings');
    expect(settings.find(({ key }) => key === 'msgEvents')).toMatchObject({ value: true, source: 'flag' });
    expect(await client.call('enodeck_setSetting', 'maxPeers', 40)).toMatchObject({
      value: 40,
      source: 'file',
    });
    expect(application.backend.status().limits.maxPeers).toBe(40);
  });
});
