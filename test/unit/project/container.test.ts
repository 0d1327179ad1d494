import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import type { LaunchOptions } from '../../../src-main/app/launch-options.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import {
  baseImage,
  CONTEXT,
  copiesOf,
  DOCKER_FOLDER,
  dockerStages,
  kubernetesObjects,
  readCompose,
  readPrometheusConfig,
  sentNames,
  variablesOf,
} from '../../support/container-files.ts';
import { flagsPage } from '../../support/flags-page.ts';
import { startedApplications } from '../../support/started-applications.ts';

/*
 * What can be said of the image without building it: that its files exist, and that the program knows its flags, variables
 * and ports.
 */

const VARIABLES = new Set(flagsPage().match(/ENODECK_\w+/g));

function launchOf(args: readonly string[], environment: Readonly<Record<string, string>>): LaunchOptions {
  const launch = parseCommandLine(args, environment, { mode: 'headless', version: '0' }, []);
  if (launch.kind !== 'run') throw new Error('starts no node');
  return launch.options;
}

const unknownIn = (variables: object): string[] =>
  Object.keys(variables).filter((name) => name.startsWith('ENODECK_') && !VARIABLES.has(name));

describe('the image', () => {
  const stages = dockerStages();
  const image = stages.at(-1) ?? { from: '', name: undefined, steps: [] };
  const only = (name: string): string => {
    const found = image.steps.filter((step) => step.name === name);
    expect(found, name).toHaveLength(1);
    return found[0]?.args ?? '';
  };
  const list = (name: string): string[] => JSON.parse(only(name)) as string[];
  const at = (name: string): number => image.steps.findIndex((step) => step.name === name);

  test('begins with a Node that the program runs on', () => {
    const { engines } = JSON.parse(readFileSync(join(CONTEXT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const oldest = Number(/^>=(\d+)/.exec(engines.node)?.[1]);
    expect(Number(/^node:(\d+)-\w+-slim$/.exec(baseImage())?.[1])).toBeGreaterThanOrEqual(oldest);
    expect(new Set(stages.map(({ from }) => from))).toEqual(new Set(['${NODE}']));
  });

  test('copies files that exist, and nothing else of the folder is sent to its builder', () => {
    const copied = stages
      .flatMap(copiesOf)
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources);
    expect(copied.length).toBeGreaterThan(10);
    expect(copied.filter((path) => !existsSync(join(CONTEXT, path)))).toEqual([]);
    const names = new Set(copied.map((path) => path.split('/')[0]));
    expect([...(sentNames() ?? [])].sort()).toEqual([...names].sort());
  });

  test('copies out of its own stages, which have a lock file and run no script of a package', () => {
    const names = stages.flatMap(({ name }) => name ?? []);
    const from = stages.flatMap(copiesOf).flatMap((copy) => copy.from ?? []);
    expect([...new Set(from)].sort()).toEqual([...names].sort());
    for (const { name, steps } of stages.slice(0, -1)) {
      const install = steps.filter(({ args }) => args.includes('npm '))[0]?.args;
      expect(install, name).toMatch(/^npm ci .*--ignore-scripts/);
    }
    const [packages] = stages.filter(({ name }) => name === 'packages');
    expect(packages?.steps.some(({ args }) => args.includes('--omit=dev'))).toBe(true);
  });

  test('runs as a fixed user that is not root and owns the data folder', () => {
    const [, user, group] = /^(\d+):(\d+)$/.exec(only('USER')) ?? [];
    expect(Number(user)).toBeGreaterThanOrEqual(10_000);
    const { args } = image.steps[at('RUN')] ?? { args: '' };
    expect(args).toContain(`--owner=${String(user)} --group=${String(group)} --mode=0700 /data`);
    // What changes in a volume after VOLUME is lost.
    expect(at('RUN')).toBeLessThan(at('VOLUME'));
    expect(list('VOLUME')).toEqual(['/data']);
  });

  test('has variables and flags that the program knows', () => {
    const variables = variablesOf(image);
    expect(unknownIn(variables)).toEqual([]);
    const { dataFolder, settings } = launchOf(list('CMD'), variables);
    expect(dataFolder).toBe('/data');
    expect(settings.values).toEqual({ logFormat: 'json' });
  });

  test('exposes the ports of the defaults', () => {
    const { port, metricsPort } = DEFAULT_SETTINGS;
    const page = launchOf([], {}).http?.port;
    expect(only('EXPOSE').split(' ')).toEqual([
      ...[`${String(port)}/tcp`, `${String(port)}/udp`, `${String(metricsPort)}/tcp`, `${String(page)}/tcp`],
    ]);
  });

  test('starts the program itself, so that signals reach it, and has its health check', () => {
    const targets = copiesOf(image).flatMap(({ sources, target }) =>
      sources.map((source) =>
        resolve('/app', target.endsWith('/') ? join(target, source.split('/').at(-1) ?? '') : target),
      ),
    );
    expect(list('ENTRYPOINT')).toEqual(['node', '/app/out/main/headless.js']);
    expect(only('STOPSIGNAL')).toBe('SIGTERM');
    const check = JSON.parse(/CMD (\[.*\])$/.exec(only('HEALTHCHECK'))?.[1] ?? '[]') as string[];
    expect(check).toEqual(['node', '/app/healthcheck.mjs']);
    expect(targets).toEqual(
      expect.arrayContaining([
        '/app/package.json',
        '/app/healthcheck.mjs',
        '/app/out/main',
        '/app/out/renderer',
      ]),
    );
  });
});

describe('the health check', () => {
  const script = join(DOCKER_FOLDER, 'healthcheck.mjs');
  const applications = startedApplications();
  const certificate = (end: string): string => resolve(import.meta.dirname, `../../vectors/tls/one.${end}`);

  function check(environment: Record<string, string>, ...args: readonly string[]) {
    return new Promise<{ code: unknown; output: string }>((done) => {
      execFile(process.execPath, [script, ...args], { env: environment }, (error, output) => {
        done({ code: error?.code ?? 0, output: output.trim() });
      });
    });
  }

  test.each([
    ['plain HTTP', []],
    ['TLS', ['--http.tls.cert', certificate('crt'), '--http.tls.key', certificate('key')]],
  ])('asks a real node whose page is served over %s, and says when it is ready', async (_, flags) => {
    const node = await applications.start('data', ...flags);
    const environment = { ENODECK_DATADIR: applications.path('data') };
    const { code, output } = await check(environment);
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^(pending|warning): /) as string,
    });
    expect(await check(environment, 'ready')).toMatchObject({ code: 0 });
    await node.backend.stop();
    expect(await check(environment)).toMatchObject({ code: 0 });
    const stopped = await check(environment, 'ready');
    expect(stopped).toMatchObject({
      code: 1,
      output: expect.stringContaining('The node is stopped') as string,
    });
  });

  test('finds the socket of another name or path', async () => {
    const path = applications.path('other.ipc');
    await applications.start('data', '--ipcpath', path);
    expect(await check({ ENODECK_IPCPATH: path })).toMatchObject({ code: 0 });
    expect(await check({ ENODECK_DATADIR: applications.path(), ENODECK_IPCPATH: 'other.ipc' })).toMatchObject(
      { code: 0 },
    );
  });

  test('fails when a line is bad and readiness was asked for, and when the answer has no list', async () => {
    const path = applications.path('fake.ipc');
    const bad = { id: 'clock', state: 'bad', title: 'Clock is wrong', evidence: '40 s' };
    const answers: object[] = [{ result: [bad] }, { result: [bad] }, { error: { message: 'no' } }];
    const server = createServer((socket) => {
      // In two parts, as a long answer arrives.
      const text = JSON.stringify({ jsonrpc: '2.0', id: 1, ...answers.shift() });
      socket.once('data', () => {
        socket.write(text.slice(0, 20), () => setImmediate(() => socket.write(text.slice(20))));
      });
    }).listen(path);
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const environment = { ENODECK_IPCPATH: path };
    expect(await check(environment)).toEqual({ code: 0, output: 'bad: Clock is wrong (40 s)' });
    expect(await check(environment, 'ready')).toEqual({ code: 1, output: 'bad: Clock is wrong (40 s)' });
    expect(await check(environment)).toEqual({ code: 1, output: `${path}: no` });
  });

  test('fails when nothing listens, and names the socket', async () => {
    const { code, output } = await check({ ENODECK_DATADIR: '/nowhere' });
    expect(code).toBe(1);
    expect(output).toMatch(/^\/nowhere\/enodeck\.ipc: .*ENOENT/);
  });
});

describe('the example with geth, Prometheus and Grafana', () => {
  const { services, networks, volumes, configs } = readCompose({
    ENODECK_HTTP_TOKEN: 'a-token-of-an-example',
  });
  const { enodeck, geth, prometheus } = services;
  const all = Object.entries(services);
  const [image] = dockerStages().slice(-1);
  const exposed = image?.steps.find(({ name }) => name === 'EXPOSE')?.args.split(' ') ?? [];

  test('starts a node with flags and variables that the program knows', () => {
    const { environment = {}, command = [] } = enodeck;
    expect(unknownIn(environment)).toEqual([]);
    const { settings, http } = launchOf(command, environment);
    expect(settings.values).toEqual({
      ...{ logFormat: 'json', nat: 'none', chain: 'sentry', sentry: 'http://geth:8545' },
      ...{ metrics: true, metricsAddress: '0.0.0.0' },
    });
    expect(http).toMatchObject({ address: '0.0.0.0', port: 8_546, admin: false, hostNames: ['enodeck'] });
  });

  test('runs it without root, without rights and with a read-only file system', () => {
    expect(enodeck).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(enodeck.user).toBeUndefined();
    expect(enodeck.security_opt).toEqual(['no-new-privileges:true']);
    const { context = '', dockerfile = '' } = enodeck.build ?? {};
    expect(existsSync(resolve(DOCKER_FOLDER, context, dockerfile))).toBe(true);
  });

  test('publishes the ports of nodes under their own numbers, and all others on loopback only', () => {
    for (const port of all.flatMap(([, { ports = [] }]) => ports)) {
      if (port.startsWith('127.0.0.1:')) continue;
      expect(port).toMatch(/^(3030[34]):\1\/(?:tcp|udp)$/);
    }
    const inside = enodeck.ports?.map((port) => port.split(':').at(-1)) ?? [];
    expect(inside.filter((port = '') => !exposed.includes(port))).toEqual([]);
    expect(inside).toHaveLength(3);
  });

  test('names files, volumes, networks and configurations that exist', () => {
    const mounts = all
      .flatMap(([, service]) => service.volumes ?? [])
      .map((text) => text.split(':')[0] ?? '');
    const isFile = (mount: string): boolean => mount.startsWith('.');
    expect(mounts.filter(isFile).filter((path) => !existsSync(resolve(DOCKER_FOLDER, path)))).toEqual([]);
    expect(mounts.filter((mount) => !isFile(mount)).sort()).toEqual(Object.keys(volumes).sort());
    const joined = new Set(all.flatMap(([, service]) => service.networks ?? []));
    expect([...joined].sort()).toEqual(Object.keys(networks).sort());
    const used = all.flatMap(([, service]) => service.configs ?? []).map(({ source }) => source);
    expect(used.sort()).toEqual(Object.keys(configs).sort());
  });

  test('gives the RPC of geth to Enodeck on an internal network, and to nobody else', () => {
    expect(networks['client']).toEqual({ internal: true });
    expect(all.filter(([, service]) => service.networks?.includes('client')).map(([name]) => name)).toEqual([
      ...['enodeck', 'geth'],
    ]);
    expect(geth.command).toEqual(expect.arrayContaining(['--http.api=eth,debug,web3', '--http.vhosts=geth']));
    expect(geth.ports?.every((port) => port.includes('30304'))).toBe(true);
  });

  test('scrapes services under names that they accept, with the job of the alerts', () => {
    const { rule_files: rules, scrape_configs: jobs } = readPrometheusConfig();
    expect(jobs.map(({ job_name: name }) => name)).toEqual(['enodeck', 'geth']);
    const targets = jobs.flatMap((job) => job.static_configs.flatMap(({ targets: names }) => names));
    expect(targets).toEqual([`enodeck:${String(DEFAULT_SETTINGS.metricsPort)}`, 'geth:6060']);
    for (const rule of rules) {
      expect(prometheus.volumes?.some((mount) => mount.includes(`:/etc/prometheus/${rule}:`))).toBe(true);
    }
  });
});

describe('the manifest for Kubernetes', () => {
  interface Probe {
    readonly httpGet: { readonly path: string; readonly port: string };
  }
  interface Manifest {
    readonly kind: string;
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly securityContext: Readonly<Record<string, unknown>>;
          readonly terminationGracePeriodSeconds: number;
          readonly containers: readonly {
            readonly args: readonly string[];
            readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
            readonly securityContext: Readonly<Record<string, unknown>>;
            readonly volumeMounts: readonly { readonly mountPath: string }[];
            readonly startupProbe: Probe;
            readonly livenessProbe: Probe;
            readonly readinessProbe: Probe;
          }[];
        };
      };
    };
  }
  const found = kubernetesObjects().filter(({ kind }) => kind === 'StatefulSet') as unknown as Manifest[];
  const pod = found[0]?.spec.template.spec;
  const container = pod?.containers[0];

  test('starts a node with flags that the program knows, and probes it where they serve the probes', () => {
    const { settings } = launchOf(container?.args ?? [], {});
    expect(settings.values).toMatchObject({ metrics: true, metricsAddress: '0.0.0.0' });
    const { startupProbe, livenessProbe, readinessProbe, ports = [] } = container ?? {};
    const probes = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
    expect(probes.map((probe) => probe?.path)).toEqual(['/healthz', '/healthz', '/readyz']);
    const { metricsPort } = DEFAULT_SETTINGS;
    for (const probe of probes) {
      const port = ports.find(({ name }) => name === probe?.port);
      expect(port?.containerPort).toBe(metricsPort);
    }
  });

  test('runs it as the user of the image, without rights and with a read-only file system', () => {
    const user = Number(
      /^\d+/.exec(
        dockerStages()
          .at(-1)
          ?.steps.find(({ name }) => name === 'USER')?.args ?? '',
      ),
    );
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: user, fsGroup: user });
    expect(container?.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp']);
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(40);
  });
});
