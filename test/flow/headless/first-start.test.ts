import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  NO_DESKTOP,
  type DesktopControl,
  type RestartTarget,
} from '../../../src-main/api/desktop-control.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../../src-main/cli/tool-commands.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

/* The choice at the first start of a data folder. No node is started without the flags for loopback. */

const applications = startedApplications();

const ofWindow = (flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Application> =>
  applications.compose('data', [...LOOPBACK_FLAGS, ...flags], { mode: 'desktop', env });

describe('the first start of a data folder', () => {
  test('of the window waits for the choice, until the user starts the node', async () => {
    const first = await ofWindow();
    await first.start();
    expect(first.backend.status()).toMatchObject({ phase: 'stopped', firstStart: true });
    await first.stop();
    const second = await ofWindow();
    await second.start();
    expect(second.backend.status()).toMatchObject({ phase: 'stopped', firstStart: true });
    await second.backend.start();
    expect(second.backend.status()).toMatchObject({ phase: 'running', firstStart: false });
    await second.stop();
    const third = await ofWindow();
    await third.start();
    expect(third.backend.status()).toMatchObject({ phase: 'running', firstStart: false });
  });

  test('starts the node after a choice that was saved or skipped', async () => {
    const first = await ofWindow();
    await first.backend.firstStart.skip();
    expect(first.backend.status()).toMatchObject({ phase: 'stopped', firstStart: false });
    await first.stop();
    const second = await ofWindow();
    await second.start();
    expect(second.backend.status().phase).toBe('running');
  });

  test.each<[string, readonly string[], NodeJS.ProcessEnv?]>([
    ['--network', ['--network', 'sepolia']],
    ['its short form', ['--sepolia']],
    ['its variable', [], { ENODECK_NETWORK: 'hoodi' }],
    ['--networkid', ['--networkid', '1']],
    ['--hidden', ['--hidden']],
  ])('asks nothing with %s', async (_what, flags, env = {}) => {
    const { backend } = await ofWindow(flags, env);
    expect(backend.status().firstStart).toBe(false);
  });

  test('asks nothing with --genesis', async () => {
    const file = applications.path('genesis.json');
    const config = { chainId: 1337, homesteadBlock: 0 };
    const genesis = { config, difficulty: '0x1', gasLimit: '0x1', alloc: {} };
    await writeFile(file, JSON.stringify(genesis));
    const { backend } = await ofWindow(['--genesis', file]);
    expect(backend.status().firstStart).toBe(false);
  });

  test('asks nothing in the demo', async () => {
    const { backend } = await applications.compose('data', ['--demo'], { mode: 'desktop' });
    expect(backend.status().firstStart).toBe(false);
  });

  test('asks nothing headless, and in a folder that was used headless', async () => {
    const headless = await applications.compose('data', LOOPBACK_FLAGS);
    expect(headless.backend.status().firstStart).toBe(false);
    await headless.stop();
    expect((await ofWindow()).backend.status().firstStart).toBe(false);
  });

  test('asks nothing in a folder that has settings', async () => {
    await mkdir(applications.path('data'));
    await writeFile(applications.path('data', 'settings.json'), JSON.stringify({ version: 2 }));
    expect((await ofWindow()).backend.status().firstStart).toBe(false);
  });
});

describe('the choice of another network', () => {
  /** Composed as without --datadir: each network has a folder of its own. */
  async function inDefaultFolder(desktop: DesktopControl): Promise<Application> {
    const platform = { XDG_DATA_HOME: applications.path('home'), APPDATA: applications.path('home') };
    const launch = parseCommandLine(LOOPBACK_FLAGS, {}, { mode: 'desktop', version: '0' }, TOOL_COMMANDS);
    if (launch.kind !== 'run') throw new Error('These arguments start no node');
    const application = await compose(launch.options, {
      ...{ mode: 'desktop', environment: platform, desktop },
      pageFolder: applications.path('no-page'),
    });
    applications.atEnd(() => application.stop());
    return application;
  }

  test.skipIf(process.platform === 'darwin')(
    'is saved, with a port in the folder of that network',
    async () => {
      const restarts: RestartTarget[] = [];
      const first = await inDefaultFolder({ ...NO_DESKTOP, restart: (target) => void restarts.push(target) });
      expect(await first.backend.firstStart.choose('sepolia', 30_399)).toBe(true);
      expect(restarts).toEqual(['same']);
      const folder = first.backend.status().dataFolder;
      await first.stop();
      expect(await settingsIn(folder)).toEqual({ version: 2, network: 'sepolia', port: 30_399 });
      expect(await settingsIn(join(folder, 'sepolia'))).toEqual({ version: 2, port: 30_399 });
      const second = await inDefaultFolder(NO_DESKTOP);
      expect(second.backend.status()).toMatchObject({
        ...{ firstStart: false, dataFolder: join(folder, 'sepolia'), network: { name: 'sepolia' } },
      });
    },
  );
});

const settingsIn = async (folder: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'));
