import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { RECEIVE_BUFFER_BYTES } from '../../../src-main/discovery/socket/udp-socket.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();
let holder: Server;
let taken: number;
let ours: Application;

beforeEach(async () => {
  holder = createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  taken = (holder.address() as AddressInfo).port;
  ours = await applications.compose('ours', [...LOOPBACK_FLAGS, '--port', String(taken)]);
});

afterEach(() => {
  holder.close();
});

describe('a node whose port is in use', () => {
  test('reports it with the possible actions, and starts on a free port on request', async () => {
    expect(ours.backend.status().health[0]?.actions).toEqual([{ kind: 'start', params: {} }]);
    await expect(ours.backend.start()).rejects.toMatchObject({ code: 'port-in-use' });
    const { phase, failure, health, listening } = ours.backend.status();
    expect([phase, failure?.code, listening]).toEqual(['failed', 'port-in-use', []]);
    const starts = ours.backend.events.after(0).filter(({ kind }) => kind === 'node-phase');
    expect(starts).toMatchObject([
      { tone: 'quiet', text: 'Node is starting' },
      { tone: 'bad', text: `Node could not start: ${failure?.message.replace(/\.$/, '') ?? ''}` },
    ]);
    const errors = ours.backend.logs.all().filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ message: 'the node cannot start', fields: { code: 'port-in-use' } }]);
    // The flag is named only as the origin of the value.
    expect(failure?.message.replace(/, from the flag --port\.$/, '')).not.toContain('--');
    const [line] = health;
    expect(line?.title).toContain(String(taken));
    expect(line?.actions?.map(({ kind }) => kind)).toEqual(['use-free-port', 'change-port', 'start']);

    const reply = await ours.api.call('node.useFreePort', { key: 'port' });
    if (!reply.ok) throw new Error(reply.error.message);
    const { port } = reply.result as { port: number };
    expect(port).not.toBe(taken);
    const after = ours.backend.status();
    expect(after.phase).toBe('running');
    expect(after.listening).toEqual([
      { protocol: 'tcp', ip: '127.0.0.1', port },
      {
        ...{ protocol: 'udp', ip: '127.0.0.1', port },
        receiveBuffer: { bytes: expect.any(Number) as number, requested: RECEIVE_BUFFER_BYTES },
      },
    ]);
    expect(ours.backend.settings.views().find(({ key }) => key === 'port')).toMatchObject({
      value: port,
      source: 'file',
    });
    expect(after.health.length).toBeGreaterThan(2);
  });

  test('starts when the port is free again', async () => {
    await expect(ours.backend.start()).rejects.toThrow(/in use/);
    holder.close();
    await once(holder, 'close');
    expect(await ours.api.call('node.start', {})).toEqual({ ok: true, result: null });
    expect(ours.backend.status().phase).toBe('running');
  });

  test('rejects a request for a free port for a setting that is no port', async () => {
    expect(await ours.api.call('node.useFreePort', { key: 'maxPeers' })).toMatchObject({
      ok: false,
      error: { code: 'invalid-parameters', field: 'key' },
    });
  });
});
