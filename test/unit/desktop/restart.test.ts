import { describe, expect, test } from 'vitest';
import type { RestartTarget } from '../../../src-main/api/desktop-control.ts';
import { readOptions } from '../../../src-main/desktop/command-line.ts';
import { Restarter, restartArguments } from '../../../src-main/desktop/restart.ts';
import type { SettingKey } from '../../../shared/settings-table.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const SAME = '--enodeck-restart=same';
const DEMO = '--enodeck-restart=demo';
const OWN = '--enodeck-restart=own';

describe('the arguments of a restart', () => {
  test.each<[string, readonly string[], RestartTarget, readonly string[]]>([
    ['of the same run', ['--sepolia'], 'same', [SAME, '--sepolia']],
    ['with the demo', ['/project', '--sepolia'], 'demo', [DEMO, '/project', '--sepolia']],
    ['without it', ['--demo'], 'own', [OWN, '--demo']],
    ['of the same run, in the demo of the menu', [DEMO, '--sepolia'], 'same', [DEMO, '--sepolia']],
    ['of the same run, after the demo was left', [OWN, '--demo'], 'same', [OWN, '--demo']],
    ['that leaves the demo of the menu', [DEMO, '--sepolia'], 'own', [OWN, '--sepolia']],
    ['with operands', ['--', SAME], 'same', [SAME, '--', SAME]],
  ])('%s', (_name, args, target, expected) => {
    expect(restartArguments(args, target, [])).toEqual(expected);
  });

  test('name the settings that the user has changed after the command line had given them', () => {
    const once = restartArguments(['--sepolia', '--port', '7'], 'same', ['network']);
    expect(once[0]).toBe(`${SAME},network`);
    expect(restartArguments(once, 'same', ['port'])[0]).toBe(`${SAME},network,port`);
  });

  test('keep them over the demo, whose own changes are not about the network that follows', () => {
    const demo = restartArguments(['--sepolia'], 'demo', ['network']);
    expect(restartArguments(demo, 'own', ['port'])[0]).toBe(`${OWN},network`);
  });
});

/** Reads a command line as a start of the package does; undefined and a complaint when it is refused. */
const read = (argv: readonly string[], env: NodeJS.ProcessEnv = {}, complaints: string[] = []) => {
  const stream = { write: (text: string) => complaints.push(text) > 0 };
  const app = { isPackaged: true, exit: () => undefined };
  return readOptions(app, { argv, env, stdout: stream, stderr: stream } as never);
};

/** Reads the command line of the start that follows a restart. */
async function startAfter(
  target: RestartTarget,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  changed: readonly SettingKey[] = [],
): Promise<Awaited<ReturnType<typeof readOptions>> | string> {
  const complaints: string[] = [];
  const launch = await read(['/enodeck', ...restartArguments(args, target, changed)], env, complaints);
  return launch ?? complaints.join('');
}
async function optionsAfter(target: RestartTarget, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const launch = await startAfter(target, args, env);
  if (typeof launch !== 'object') throw new Error(launch);
  return launch.options;
}

describe('the start after a restart', () => {
  test.each([
    ['--sepolia'],
    ['--network', 'hoodi'],
    ['--genesis', '/g.json', '--networkid', '7'],
    ['--netrestrict', '10.0.0.0/8'],
    ['--nat', 'any'],
    ['--bootnodes', SOME_ENODE],
    ['--override.fork', 'osaka=1'],
    ['--addr', '10.0.0.1'],
    ['--staticnodes', SOME_ENODE],
  ])('in the demo has no setting and no node of the command line: %s %s', async (...args) => {
    const options = await optionsAfter('demo', args);
    expect(options).toMatchObject({ demo: true, staticNodes: [], trustedNodes: [] });
    expect(options.settings).toEqual({ values: {}, sources: {} });
  });

  test('in the demo has none of the environment', async () => {
    const { demo, settings } = await optionsAfter('demo', [], { ENODECK_NETWORK: 'sepolia' });
    expect([demo, settings.values]).toEqual([true, {}]);
  });

  test('in the demo has a data folder of its own, also below a named one', async () => {
    expect((await optionsAfter('demo', ['--datadir', '/data'])).dataFolder).toMatch(/[\\/]data[\\/]demo$/);
    expect((await optionsAfter('demo', [])).dataFolder).toBeUndefined();
  });

  test('in the demo still serves the page over HTTP', async () => {
    const { http } = await optionsAfter('demo', ['--http', '--http.port', '9000']);
    expect(http?.port).toBe(9_000);
  });

  test('in the demo of the command line has its settings and its data folder', async () => {
    const options = await optionsAfter('demo', ['--demo', '--datadir', '/data', '--port', '7']);
    expect(options).toMatchObject({ demo: true, dataFolder: '/data', settings: { values: { port: 7 } } });
  });

  test('that leaves the demo has the command line again', async () => {
    const args = ['--sepolia', '--datadir', '/data'];
    const options = await optionsAfter('own', restartArguments(args, 'demo', []));
    const values = { network: 'sepolia' };
    expect(options).toMatchObject({ demo: false, dataFolder: '/data', settings: { values } });
  });

  test('that leaves the demo leaves that of the command line and of the environment', async () => {
    expect((await optionsAfter('own', ['--demo'])).demo).toBe(false);
    expect((await optionsAfter('own', [], { ENODECK_DEMO: '1' })).demo).toBe(false);
  });

  test.each(['same', 'demo', 'own'] as const)(
    'shows the window, and opens nothing again: %s',
    async (target) => {
      const launch = await startAfter(target, ['--hidden', SOME_ENODE, 'nodes.json']);
      expect(launch).toMatchObject({ options: { hidden: false }, operands: [] });
    },
  );

  test('of the same run has the same options', async () => {
    const options = await optionsAfter('same', ['--demo', '--port', '7']);
    expect(options).toMatchObject({ demo: true, settings: { values: { port: 7 } } });
  });

  test('of the same run has the changes of the user, not what the command line had given before', async () => {
    const env = { ENODECK_MAXPEERS: '9' };
    const launch = await startAfter('same', ['--sepolia', '--port', '7'], env, ['network', 'maxPeers']);
    if (typeof launch !== 'object') throw new Error(launch);
    const { values, sources } = launch.options.settings;
    expect(values).toEqual({ port: 7, genesis: null, networkId: null });
    expect(Object.keys(sources).sort()).toEqual(['genesis', 'networkId', 'port']);
  });

  test('knows no setting that the program does not have', async () => {
    const launch = await read(['/enodeck', `${SAME},constructor,port`, '--port', '7']);
    expect(launch?.options.settings.values).toEqual({});
  });

  test('is a restart only by a switch before the operands', async () => {
    const launch = await read(['/enodeck', '--', DEMO]);
    expect(launch).toMatchObject({ options: { demo: false }, operands: [DEMO] });
  });
});

describe('a restart of the program', () => {
  function build(env: NodeJS.ProcessEnv = {}, isPackaged = true) {
    const calls: unknown[][] = [];
    const app = {
      isPackaged,
      getAppPath: () => '/project',
      relaunch: (options: unknown) => calls.push(['relaunch', options]),
      quit: () => calls.push(['quit']),
    };
    const execPath = '/tmp/.mount_x/enodeck';
    const argv = [execPath, '--sepolia'];
    // Whatever starts the program may have a channel to it.
    const send = (message: unknown): boolean => calls.push(['send', message]) > 0;
    const chdir = (folder: string): void => {
      if (folder === '/gone') throw new Error('ENOENT');
      calls.push(['chdir', folder]);
    };
    const restarter = new Restarter(app, { argv, execPath, env, send, chdir }, () => []);
    return { restarter, calls };
  }
  const relaunched = (execPath: string): unknown[] => ['relaunch', { execPath, args: [SAME, '--sepolia'] }];

  test('stops the node first, then starts the program once', () => {
    const { restarter, calls } = build();
    restarter.restart('same');
    restarter.restart('demo');
    expect(calls).toEqual([relaunched('/tmp/.mount_x/enodeck'), ['quit'], ['quit']]);
  });

  test('starts the AppImage, whose mounted copy is gone by then', () => {
    const { restarter, calls } = build({ APPIMAGE: '/home/a/Enodeck.AppImage', APPDIR: '/tmp/.mount_x' });
    restarter.startAgain('same');
    expect(calls).toEqual([relaunched('/home/a/Enodeck.AppImage')]);
  });

  test('is started by the launcher in a working copy', () => {
    const { restarter, calls } = build({}, false);
    restarter.restart('same');
    expect(calls).toEqual([['send', { startAgain: [SAME, '--sepolia'] }], ['quit']]);
  });

  test('makes a later start, which found the program quitting, again in its folder, and only one', () => {
    const { restarter, calls } = build();
    expect(restarter.startLater(['--sepolia', 'nodes.json'], '/home/a')).toBe(true);
    expect(restarter.startLater(['other.json'], '/home/b')).toBe(false);
    restarter.startAgain('same');
    const options = { execPath: '/tmp/.mount_x/enodeck', args: ['--sepolia', 'nodes.json'] };
    expect(calls).toEqual([
      ['chdir', '/home/a'],
      ['relaunch', options],
    ]);
  });

  test('has the launcher of a working copy make a later start again, in its folder', () => {
    const { restarter, calls } = build({}, false);
    restarter.startLater(['--demo', SOME_ENODE], '/home/a');
    const next = { startAgain: ['/project', '--demo', SOME_ENODE], folder: '/home/a' };
    expect(calls).toEqual([
      ['chdir', '/home/a'],
      ['send', next],
    ]);
  });

  test('makes a later start again whose folder is gone', () => {
    const { restarter, calls } = build({}, false);
    restarter.startLater(['--demo'], '/gone');
    expect(calls).toEqual([['send', { startAgain: ['/project', '--demo'], folder: undefined }]]);
  });

  test('makes no later start again when the program restarts anyway', () => {
    const { restarter, calls } = build();
    restarter.restart('same');
    expect(restarter.startLater([SOME_ENODE], '/home/a')).toBe(false);
    expect(calls).toEqual([relaunched('/tmp/.mount_x/enodeck'), ['quit']]);
  });

  test('is started by Electron in a working copy without the launcher', () => {
    const calls: unknown[] = [];
    const app = {
      isPackaged: false,
      getAppPath: () => '/project',
      relaunch: (options: unknown) => calls.push(options),
      quit: () => undefined,
    };
    const run = { argv: ['electron', '.'], execPath: '/usr/bin/electron', env: {}, chdir: () => undefined };
    new Restarter(app, run, () => []).restart('same');
    expect(calls).toEqual([{ execPath: '/usr/bin/electron', args: [SAME, '.'] }]);
  });
});
