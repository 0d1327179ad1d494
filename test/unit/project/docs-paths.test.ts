import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend } from '../../support/fake-backend.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md')),
];
const SOURCES = ['src-main', 'src-renderer', 'shared', 'test', 'build'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map(
    (name) => `/${room}/${name.replaceAll('\\', '/')}`,
  ),
);
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

test('the pages name only source files that exist', () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/`([\w./-]+\.(?:ts|mjs|vue))`/g)].map(([, path = '']) => ({ page, path })),
  );
  // NAME and SUBJECT are placeholders.
  const missing = named.filter(
    ({ path }) => !/[A-Z]{4}/.test(path) && !SOURCES.some((source) => source.endsWith(`/${path}`)),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('the pages link only to files that exist', () => {
  const links = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => ({ page, target })),
  );
  const dead = links.filter(({ page, target }) => !existsSync(join(ROOT, dirname(page), target)));
  expect(links.length).toBeGreaterThan(50);
  expect(dead).toEqual([]);
});

test('docs/rpc.md is right that every subscription needs the right to read', () => {
  const { feeds } = createRpcTable(new FakeBackend(), true);
  expect(read('docs/rpc.md')).toMatch(/All others, and the\s+subscriptions, need `read`/);
  expect([...feeds.values()].map(({ right }) => right)).toEqual([...feeds.keys()].map(() => 'read'));
});

test('docs/rpc.md describes every method and subscription, and no other', () => {
  const { methods, feeds } = createRpcTable(new FakeBackend(), true);
  const page = read('docs/rpc.md');
  const subscriptions = [...feeds.keys()].map((feed) => {
    const [namespace = '', name = ''] = feed.split('_');
    return `${namespace}_subscribe ["${name}"`;
  });
  const described = [...methods.keys(), ...subscriptions];
  expect(described.length).toBeGreaterThan(35);
  expect(described.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  const named = [...page.matchAll(/`((?:admin|debug|discv5|enodeck|eth|net|rpc|web3)_\w+)`/g)].map(
    ([, name]) => name,
  );
  const notifications = ['admin_subscription', 'enodeck_subscription', 'eth_subscription'];
  expect(named.filter((name = '') => !methods.has(name) && !notifications.includes(name))).toEqual([]);
});
