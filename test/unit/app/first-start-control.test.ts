import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type SettingsChange } from '../../../shared/settings-table.ts';
import type { RestartTarget } from '../../../src-main/api/desktop-control.ts';
import { FirstStartController, type FirstStartParts } from '../../../src-main/app/first-start-control.ts';
import { systemStreamListener } from '../../../src-main/base/tcp.ts';
import { FirstStart } from '../../../src-main/store/first-start.ts';
import { freePort } from '../../support/loopback-ports.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function choice(port: number, change: Partial<FirstStartParts> = {}) {
  const saved: SettingsChange[] = [];
  const savedForNext: SettingsChange[] = [];
  const restarts: RestartTarget[] = [];
  const { logger, lines } = recordedLog();
  const control = new FirstStartController({
    firstStart: await FirstStart.open(folder.path, { wasUnused: true, canAsk: true }),
    settings: { current: () => ({ ...DEFAULT_SETTINGS, addresses: ['127.0.0.1'], port }) },
    control: {
      update: (settings) => {
        saved.push(settings);
        return Promise.resolve([]);
      },
    },
    desktop: { restart: (target) => void restarts.push(target) },
    saveForNextStart: (settings) => {
      savedForNext.push(settings);
      return Promise.resolve();
    },
    addresses: () => ['127.0.0.1', '169.254.1.1', '192.168.1.20', '::1'],
    gateway: () => Promise.resolve('192.168.1.1'),
    logger,
    ...change,
  });
  return { control, saved, savedForNext, restarts, lines };
}

describe('the choice at the first start', () => {
  it('shows network, port, NAT method, address and gateway', async () => {
    const port = await freePort();
    const { control } = await choice(port);
    expect(await control.facts()).toEqual({
      ...{ network: 'mainnet', port, isPortFree: true, freePort: null, nat: 'any' },
      ...{ address: { ip: '192.168.1.20', isPublic: false }, gateway: '192.168.1.1' },
    });
  });

  it('shows a public address first, and says when there is none and no gateway', async () => {
    const port = await freePort();
    const gateway = () => Promise.resolve(undefined);
    const addresses = () => ['2001:4860:4860::8888', '192.168.1.20', '8.8.4.4'];
    const open = await choice(port, { addresses, gateway });
    expect(await open.control.facts()).toMatchObject({ address: { ip: '8.8.4.4', isPublic: true } });
    const alone = await choice(port, { addresses: () => ['127.0.0.1', '::1', 'fe80::1'], gateway });
    expect(await alone.control.facts()).toMatchObject({ address: null, gateway: null });
  });

  it('shows a free port in place of one in use', async () => {
    const port = await freePort();
    const { control } = await choice(port);
    const server = await systemStreamListener.listen({ ip: '127.0.0.1', port }, (stream) => {
      stream.destroy();
    });
    const facts = await control.facts();
    await server.close();
    expect(facts).toMatchObject({ port, isPortFree: false });
    expect(facts.freePort).toBeGreaterThan(0);
    expect(facts.freePort).not.toBe(port);
  });

  it('saves the network of this run, and stays open until the node starts', async () => {
    const { control, saved, savedForNext, restarts } = await choice(30_303);
    expect(await control.choose('mainnet', 30_303)).toBe(false);
    expect(control.isOpen).toBe(true);
    await control.end();
    expect(control.isOpen).toBe(false);
    expect([saved, savedForNext, restarts]).toEqual([[{ network: 'mainnet' }], [], []]);
  });

  it('saves another port with the network of this run', async () => {
    const { control, saved } = await choice(30_303);
    expect(await control.choose('mainnet', 30_304)).toBe(false);
    expect(saved).toEqual([{ network: 'mainnet', port: 30_304 }]);
  });

  it('restarts for another network, which gets the other port in its own settings', async () => {
    const { control, saved, savedForNext, restarts } = await choice(30_303);
    expect(await control.choose('sepolia', 30_304)).toBe(true);
    expect([saved, savedForNext]).toEqual([[{ network: 'sepolia', port: 30_304 }], [{ port: 30_304 }]]);
    expect(restarts).toEqual(['same']);
    expect(control.isOpen).toBe(false);
  });

  it('saves nothing in the settings of the other network without another port', async () => {
    const { control, saved, savedForNext } = await choice(30_303);
    expect(await control.choose('sepolia', 30_303)).toBe(true);
    expect([saved, savedForNext]).toEqual([[{ network: 'sepolia' }], []]);
  });

  it('stays open when it cannot be saved, and does not restart', async () => {
    const update = () => Promise.reject(new Error('disk full'));
    const { control, restarts } = await choice(30_303, { control: { update } });
    await expect(control.choose('sepolia', 30_303)).rejects.toThrow('disk full');
    expect(control.isOpen).toBe(true);
    expect(restarts).toEqual([]);
  });

  it('saves nothing when it is skipped, and refuses all further requests', async () => {
    const { control, saved, restarts } = await choice(30_303);
    await control.skip();
    expect(control.isOpen).toBe(false);
    await expect(control.choose('sepolia', 30_303)).rejects.toMatchObject({ code: 'not-available' });
    await expect(control.skip()).rejects.toMatchObject({ code: 'not-available' });
    await expect(control.facts()).rejects.toMatchObject({ code: 'not-available' });
    expect(() => {
      control.tryDemo();
    }).toThrow('has been made');
    expect([saved, restarts]).toEqual([[], []]);
  });

  it('stays open when the demo is tried', async () => {
    const { control, restarts } = await choice(30_303);
    control.tryDemo();
    expect(restarts).toEqual(['demo']);
    expect(control.isOpen).toBe(true);
  });

  it('is made also when its mark cannot be removed, which the log says', async () => {
    const { control, lines } = await choice(30_303);
    await rm(join(folder.path, 'first-start'));
    await mkdir(join(folder.path, 'first-start'));
    await control.skip();
    expect(control.isOpen).toBe(false);
    expect(lines).toMatchObject([
      {
        level: 'warn',
        message: 'the mark of the first start stays',
        fields: { reason: expect.stringContaining('first-start') as string },
      },
    ]);
  });
});
