import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = resolve(import.meta.dirname, '../../..');
const rules = '.dependency-cruiser.cjs';

/** Files that break a rule: the file, its text, and the rule that must report it. */
const VIOLATIONS: readonly [file: string, text: string, rule: string][] = [
  [
    'src-main/p2p/value.ts',
    "import { a } from '../rlpx/connection.ts'; export const b = a;",
    'p2p-takes-rlpx-types-only',
  ],
  [
    'src-main/eth/skip.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'eth-is-confined',
  ],
  [
    'src-main/discovery/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'discovery-is-confined',
  ],
  [
    'src-main/discovery/v5/borrow.ts',
    "import type { A } from '../v4/proof.ts'; export type B = A;",
    'v5-imports-nothing-of-v4',
  ],
  [
    'src-main/discovery/v4/borrow.ts',
    "import type { A } from '../v5/session.ts'; export type B = A;",
    'v4-imports-nothing-of-v5',
  ],
  [
    'src-main/discovery/socket/borrow.ts',
    "import { a } from '../v4/proof.ts'; export const b = a;",
    'discovery-engine-imports-no-protocol',
  ],
  [
    'src-main/wire/up.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'wire-imports-the-foundation',
  ],
  [
    'src-main/recorder/up.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'recorder-is-confined',
  ],
  [
    'src-main/base/up.ts',
    "import { s } from '../store/disk.ts'; export const b = s;",
    'base-imports-nothing',
  ],
  ['src-main/chain/up.ts', "import { s } from '../store/disk.ts'; export const b = s;", 'chain-imports-base'],
  ['src-main/p2p/messages.ts', "import net from 'node:net'; export const b = net;", 'codecs-are-pure'],
  [
    'src-main/discovery/v4/packet.ts',
    "import type { V4Transport } from './transport.ts'; export type B = V4Transport;",
    'codecs-are-pure',
  ],
  [
    'src-main/discovery/v5/packet.ts',
    "import { receive } from '../socket/receiver.ts'; export const b = receive;",
    'codecs-are-pure',
  ],
  ['src-main/rlpx/dial.ts', "import net from 'node:net'; export const b = net;", 'sockets-are-in-base'],
  ['src-main/eth/file.ts', "import fs from 'node:fs'; export const b = fs;", 'files-are-in-store'],
  ['src-main/compose/file.ts', "import fs from 'node:fs'; export const b = fs;", 'files-are-in-store'],
  [
    'src-main/demo/file.ts',
    "import { writeFile } from 'node:fs/promises'; export const b = writeFile;",
    'files-are-in-store',
  ],
  [
    'src-main/server/app.ts',
    "import type { App } from 'electron'; export type B = App;",
    'electron-stays-in-its-rooms',
  ],
  [
    'src-main/api/grab.ts',
    "import { s } from '../store/disk.ts'; export const b = s;",
    'api-takes-types-of-stages-only',
  ],
  [
    'src-main/api/whole.ts',
    "import { c } from '../compose/node.ts'; export const b = c;",
    'only-entries-compose',
  ],
  [
    'src-main/app/build.ts',
    "import type { c } from '../compose/node.ts'; export type B = typeof c;",
    'only-entries-compose',
  ],
  [
    'src-main/demo/build.ts',
    "import { Discovery } from '../discovery/discovery.ts'; export const d = new Discovery();",
    'only-compose-constructs-stages',
  ],
  [
    'src-main/health/reach.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'readers-import-no-stage',
  ],
  [
    'src-main/events/count.ts',
    "import type { C } from '../stats/count.ts'; export type D = C;",
    'events-import-no-other-reader',
  ],
  [
    'src-main/stats/fork.ts',
    "import { f } from '../health/fork.ts'; export const g = f;",
    'stats-take-types-of-readers-only',
  ],
  [
    'src-main/whisper/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'new-rooms-are-subprotocols',
  ],
  [
    'src-main/whisper/value.ts',
    "import { b } from '../p2p/hello.ts'; export const c = b;",
    'subprotocols-take-p2p-types-only',
  ],
  [
    'src-main/server/up.ts',
    "import type { S } from '../app/status.ts'; export type B = S;",
    'stages-import-no-interface',
  ],
  [
    'src-main/doctor/slot.ts',
    "import type { P } from '../server/peer-set.ts'; export type B = P;",
    'doctor-has-no-slots',
  ],
  [
    'src-main/sentry/serve.ts',
    "import type { H } from '../eth/request-handler.ts'; export type B = H;",
    'sentry-serves-a-chain',
  ],
  [
    'src-main/metrics/peek.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'metrics-read-facts',
  ],
  [
    'src-main/relay/session.ts',
    "import type { A } from '../eth/session.ts'; export type B = A;",
    'relay-stands-beside-eth',
  ],
  [
    'src-main/export/borrow.ts',
    "import { s } from '../store/disk.ts'; export const b = s;",
    'export-is-confined',
  ],
  ['src-main/store/one.ts', "import { two } from './two.ts'; export const one = two;", 'no-cycles'],
  [
    'src-main/store/two.ts',
    "import type { one } from './one.ts'; export const two: typeof one | 1 = 1;",
    'no-cycles',
  ],
  [
    'shared/side.ts',
    "import { a } from '../src-main/rlpx/connection.ts'; export const b = a;",
    'shared-imports-neither-side',
  ],
  ['shared/node.ts', "import fs from 'node:fs'; export const b = fs;", 'shared-runs-in-browsers'],
  [
    'src-renderer/stores/far.ts',
    "import { s } from '../../src-main/store/disk.ts'; export const b = s;",
    'window-imports-only-shared',
  ],
  [
    'src-renderer/views/call.ts',
    "import { api } from '../api.ts'; export const b = api;",
    'only-stores-call-the-api',
  ],
  [
    'src-renderer/components/act.ts',
    "import { c } from '../actions/use-c.ts'; export const d = c;",
    'components-take-props',
  ],
  [
    'src-renderer/components/feed.ts',
    "import { f } from '../composables/topic-feed.ts'; export const g = f;",
    'components-take-props',
  ],
  [
    'src-renderer/components/deep.ts',
    "import { b } from '../stores/far.ts'; export const c = b;",
    'components-take-props',
  ],
  ['src-main/store/lost.ts', "import { a } from './nowhere.ts'; export const b = a;", 'resolvable'],
  [
    'src-main/store/tool.ts',
    "import { test } from 'vitest'; export const b = test;",
    'no-tools-in-the-product',
  ],
  [
    'src-main/node-record/up.ts',
    "import { s } from '../store/disk.ts'; export const b = s;",
    'node-record-imports-base-and-chain',
  ],
  [
    'src-main/crawl/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'crawl-is-confined',
  ],
  [
    'src-main/crawl/value.ts',
    "import { receive } from '../discovery/socket/receiver.ts'; export const b = receive;",
    'crawl-takes-discovery-types-only',
  ],
  [
    'src-main/dialing/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'dialing-is-confined',
  ],
  [
    'src-main/rlpx/up.ts',
    "import type { P } from '../server/peer-set.ts'; export type B = P;",
    'rlpx-is-confined',
  ],
  [
    'src-main/p2p/up.ts',
    "import type { P } from '../server/peer-set.ts'; export type B = P;",
    'p2p-is-confined',
  ],
  [
    'src-main/eth/value.ts',
    "import { b } from '../p2p/hello.ts'; export const c = b;",
    'eth-takes-p2p-types-only',
  ],
  [
    'src-main/snap/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'snap-is-confined',
  ],
  [
    'src-main/snap/value.ts',
    "import { b } from '../p2p/hello.ts'; export const c = b;",
    'snap-takes-p2p-types-only',
  ],
  [
    'src-main/archive/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'archive-is-confined',
  ],
  [
    'src-main/server/out.ts',
    "import type { A } from '../discovery/v5/session.ts'; export type B = A;",
    'server-is-confined',
  ],
  [
    'src-main/server/value.ts',
    "import { b } from '../p2p/hello.ts'; export const c = b;",
    'server-takes-p2p-or-rlpx-or-dialing-types-only',
  ],
  [
    'src-main/nat/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'nat-is-confined',
  ],
  [
    'src-main/store/out.ts',
    "import type { A } from '../rlpx/connection.ts'; export type B = A;",
    'store-is-confined',
  ],
  [
    'src-main/causes/list.ts',
    "import type { D } from '../events/count.ts'; export type E = D;",
    'causes-import-event-types-only',
  ],
  ['src-main/api/files.ts', "import { g } from '../app/gateway.ts'; export const b = g;", 'api-is-confined'],
  [
    'src-main/headless.ts',
    "import { p } from './desktop/page.ts'; export const b = p;",
    'only-main-opens-the-desktop',
  ],
  [
    'src-main/preload.ts',
    "import { b } from '../shared/node.ts'; export const c = b;",
    'preload-stays-small',
  ],
  [
    'src-main/store/tests.ts',
    "import { t } from '../../test/support/t.ts'; export const b = t;",
    'product-imports-no-tests',
  ],
];

/** Files that break no rule. */
const GOOD: Readonly<Record<string, string>> = {
  'src-main/rlpx/connection.ts': 'export const a = 1; export type A = typeof a;',
  'src-main/rlpx/errors.ts': 'export class RlpxError extends Error {}',
  'src-main/discovery/v4/proof.ts': 'export const a = 1; export type A = typeof a;',
  'src-main/discovery/v5/session.ts': 'export type A = 1;',
  'src-main/discovery/v4/transport.ts': 'export type V4Transport = 1;',
  'src-main/discovery/socket/receiver.ts': 'export const receive = 1;',
  'src-main/discovery/discovery.ts': 'export class Discovery {}',
  'src-main/compose/discovery.ts':
    "import { Discovery } from '../discovery/discovery.ts'; export const d = new Discovery();",
  'src-main/eth/request-handler.ts': 'export type H = 1;',
  'src-main/eth/headers.ts': 'export const h = 1;',
  'src-main/eth/gossip.ts': 'export const g = 1;',
  'src-main/eth/session.ts': 'export type A = 1;',
  'src-main/relay/read.ts': "import { g } from '../eth/gossip.ts'; export const r = g;",
  'src-main/sentry/read.ts': "import { h } from '../eth/headers.ts'; export const r = h;",
  'src-main/server/peer-set.ts': 'export type P = 1;',
  'src-main/app/status.ts': 'export type S = 1;',
  'src-main/health/fork.ts': 'export const f = 1; export type F = typeof f;',
  'src-main/stats/count.ts': "import type { F } from '../health/fork.ts'; export type C = F;",
  'src-main/app/gateway.ts': "import fs from 'node:fs/promises'; export const g = fs;",
  'src-main/desktop/page.ts': "import fs from 'node:fs'; export const p = fs;",
  'src-main/store/disk.ts': "import fs from 'node:fs'; export const s = fs;",
  'src-main/p2p/hello.ts':
    "import type { A } from '../rlpx/connection.ts'; import { RlpxError } from '../rlpx/errors.ts'; export const b = (a: A) => [a, RlpxError];",
  'src-main/compose/node.ts':
    "import { s } from '../store/disk.ts'; import { b } from '../p2p/hello.ts'; export const c = [s, b];",
  'test/support/t.ts': 'export const t = 1;',
  'src-renderer/api.ts': 'export const api = 1;',
  'src-renderer/stores/near.ts': "import { api } from '../api.ts'; export const b = api;",
  'src-renderer/composables/topic-feed.ts': "import { api } from '../api.ts'; export const f = api;",
  'src-renderer/actions/use-c.ts': "import { b } from '../stores/near.ts'; export const c = b;",
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const project = await temporaryFolder();
let violations: readonly Violation[] = [];

async function build(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(project.path, file)), { recursive: true });
  await writeFile(join(project.path, file), text);
}

beforeAll(async () => {
  for (const file of [rules, 'tsconfig.base.json', 'tsconfig.node.json', 'package.json']) {
    await copyFile(join(root, file), join(project.path, file));
  }
  await symlink(join(root, 'node_modules'), join(project.path, 'node_modules'), 'junction');
  for (const [file, text] of VIOLATIONS) await build(file, text);
  for (const [file, text] of Object.entries(GOOD)) await build(file, text);
  const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin');
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(cruiser, 'dependency-cruise.mjs'),
      '--config',
      rules,
      '--output-type',
      'json',
      'src-main',
      'src-renderer',
      'shared',
    ],
    { cwd: project.path, encoding: 'utf8', maxBuffer: 67_108_864 },
  );
  violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}, 60_000);

afterAll(() => project.remove());

describe('the import rules', () => {
  test.each(VIOLATIONS.map(([file, , rule]) => ({ file, rule })))('report $file: $rule', ({ file, rule }) => {
    const named = violations
      .filter((violation) => violation.from === file)
      .map((violation) => violation.rule.name);
    // A cycle is reported at one of its files.
    if (rule === 'no-cycles') expect(violations.some((violation) => violation.rule.name === rule)).toBe(true);
    else expect(named).toContain(rule);
  });

  test('report no correct file', () => {
    expect(violations.filter((violation) => violation.from in GOOD)).toEqual([]);
  });
});

/** A path pattern as its alternatives: `^src-main/(eth|snap)/` gives two. */
function alternativesOf(pattern: string): readonly string[] {
  const group = /\(([^()]*)\)(?!\?)/.exec(pattern);
  if (group === null) return [pattern];
  const [whole, body = ''] = group;
  return body.split('|').flatMap((each) => alternativesOf(pattern.replace(whole, () => each)));
}

/** All texts in a value that are patterns of our own files. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return /\/|\\\.ts\$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

const { forbidden } = createRequire(import.meta.url)(join(root, rules)) as {
  forbidden: { name: string; from: object; to: object }[];
};

test('each import rule is violated by a file above', () => {
  const violated = new Set(VIOLATIONS.map(([, , rule]) => rule));
  expect(forbidden.map(({ name }) => name).filter((name) => !violated.has(name))).toEqual([]);
});

test('the import rules name folders and files that exist', async () => {
  const files: string[] = [];
  for (const folder of ['src-main', 'src-renderer', 'shared', 'test', 'build'])
    for (const each of await readdir(join(root, folder), { recursive: true, withFileTypes: true }))
      if (each.isFile()) files.push(relative(root, join(each.parentPath, each.name)).replaceAll('\\', '/'));
  const patterns = forbidden.flatMap(({ from, to }) => pathsIn([from, to])).flatMap(alternativesOf);
  const ours = [...new Set(patterns)].filter(
    (each) => !/node_modules|^\^electron\$$|\$1|node:|^fs\//.test(each),
  );
  expect(ours.length).toBeGreaterThan(60);
  expect(ours.filter((each) => !files.some((file) => new RegExp(each).test(file)))).toEqual([]);
});
