import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Configuration, FileAssociation } from 'electron-builder';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

interface ConfigFile {
  readonly default: Configuration;
  findRepository: (
    environment: Record<string, string>,
    remote: () => string,
  ) => { owner: string; repo: string } | undefined;
}
const configFile = pathToFileURL(join(root, 'build/electron-builder.config.mjs')).href;
const { default: config, findRepository } = (await import(configFile)) as ConfigFile;

type Validate = (config: Configuration, log: { readonly isEnabled: boolean }) => Promise<void>;

/** electron-builder checks a configuration against its schema with this function. */
function schemaCheck(): Validate {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const module: unknown = builder('app-builder-lib/out/util/config/config.js');
  return (module as { validateConfiguration: Validate }).validateConfiguration;
}

test('electron-builder accepts the configuration, and refuses an unknown key', async () => {
  const validate = schemaCheck();
  // A function cannot be cloned.
  const copy = { ...structuredClone({ ...config, beforePack: null }), beforePack: config.beforePack ?? null };
  await expect(validate(copy, { isEnabled: false })).resolves.toBeUndefined();
  const wrong = { ...copy, protokols: [] };
  await expect(validate(wrong, { isEnabled: false })).rejects.toThrow('protokols');
});

test('every system has its targets', () => {
  expect(config.linux?.target).toEqual(['AppImage']);
  expect(config.mac?.target).toEqual([
    { target: 'dmg', arch: 'universal' },
    { target: 'zip', arch: 'universal' },
  ]);
  expect(config.win?.target).toEqual([
    { target: 'nsis', arch: ['x64'] },
    { target: 'portable', arch: ['x64'] },
  ]);
  expect(config.nsis).toMatchObject({ perMachine: false, deleteAppDataOnUninstall: false });
});

test('no two targets of a system write the same file', () => {
  expect(config.artifactName).toBe('${name}-${version}-${os}-${arch}.${ext}');
  const names = [config.nsis?.artifactName, config.portable?.artifactName];
  expect(new Set([...names, config.artifactName]).size).toBe(3);
});

test('the fuses close the ways to run other code in the program', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
  expect(config.asar).toBe(true);
  expect(config.asarUnpack).toEqual(['**/*.node']);
});

test('the packed files of each system start with the build and name no sources', () => {
  for (const { files } of [config.linux, config.mac, config.win].map((system) => system ?? {})) {
    const included = [files]
      .flat()
      .filter((pattern) => typeof pattern === 'string' && !pattern.startsWith('!'));
    expect(included).toEqual([
      'out/{main,preload,renderer}/**',
      'build/icons/linux/256x256.png',
      'build/icons/tray/*.{png,ico}',
    ]);
  }
});

test('files that the configuration names exist', () => {
  const icons = [config.linux?.icon, config.mac?.icon, config.win?.icon];
  for (const file of icons) expect(existsSync(join(root, String(file))), String(file)).toBe(true);
});

const named = (associations: FileAssociation | FileAssociation[] | undefined) =>
  [associations ?? []].flat().map(({ ext, rank }) => ({ ext, rank }));

test('it opens enode and enr links, and does not become the default for JSON and TOML', () => {
  expect(config.protocols).toEqual([{ name: 'Ethereum node', schemes: ['enode', 'enr'] }]);
  expect(named(config.win?.fileAssociations)).toEqual([{ ext: 'jsonl', rank: 'Alternate' }]);
  expect(named(config.mac?.fileAssociations).map(({ rank }) => rank)).toEqual([
    'Alternate',
    'Alternate',
    'Alternate',
  ]);
});

test('the desktop file, the file types and the AppStream component agree', () => {
  const read = (name: string) => readFileSync(join(root, 'build/linux', name), 'utf8');
  const types = /^MimeType=(.*);$/m.exec(read('enodeck.desktop'))?.[1]?.split(';').sort();
  const component = read('org.enodeck.enodeck.metainfo.xml');
  const provided = [...component.matchAll(/<mediatype>(.*)<\/mediatype>/g)].map(([, type]) => type).sort();
  expect(provided).toEqual(types);
  const defined = [...read('enodeck-mime.xml').matchAll(/<mime-type type="(.*)">/g)].map(([, type]) => type);
  const handlers = ['x-scheme-handler/enode', 'x-scheme-handler/enr'];
  expect([...defined, ...handlers].sort()).toEqual(types);
  const mimeTypes: unknown = config.linux?.mimeTypes;
  expect(mimeTypes).toEqual(types?.filter((type) => !handlers.includes(type)));
  expect(component).toContain(`<id>${config.appId ?? ''}</id>`);
  const { version, desktopName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect(component).toContain(`<release version="${version ?? ''}" `);
  expect(component).toContain(`<launchable type="desktop-id">${desktopName ?? ''}</launchable>`);
});

test('the repository of the update feed comes from the workflow, else from the remote', () => {
  const none = () => '';
  expect(findRepository({ GITHUB_REPOSITORY: 'owner/name' }, none)).toEqual({ owner: 'owner', repo: 'name' });
  for (const remote of ['git@github.com:owner/name.git', 'https://github.com/owner/name']) {
    expect(findRepository({}, () => remote)).toEqual({ owner: 'owner', repo: 'name' });
  }
  expect(findRepository({}, () => 'https://git.example.org/owner/name.git')).toBeUndefined();
  expect(findRepository({}, none)).toBeUndefined();
});
