import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../../src-renderer/messages/en.ts';

type Messages = { readonly [key: string]: string | Messages };

const leaves = (messages: Messages, prefix = ''): string[] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : leaves(value, `${prefix}${key}.`),
  );

const ROOT = resolve(import.meta.dirname, '../../..');
const sourceOf = (room: string): string =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|vue)$/.test(file) && !file.startsWith('messages'))
    .map((file) => readFileSync(join(ROOT, room, file), 'utf8'))
    .join('\n');
const source = sourceOf('src-renderer');
const withShared = source + sourceOf('shared');

/**
 * Template literals that build a key, as regular expressions: `step.${name}` matches every key of `step`. Of these, the
 * name must be a string somewhere: `peers.${name}` would match the messages of all of `peers`.
 */
const templates = [...source.matchAll(/`([a-zA-Z0-9]+\.[^`\n]*\$\{[^`\n]*)`/g)].map(([, text = '']) => {
  const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', String.raw`\.`));
  const isWide = /^\w+\.\$\{[^}]*\}$/.test(text);
  return { pattern: new RegExp(`^${parts.join('[\\w-]+')}$`), isWide };
});
const isBuilt = (key: string): boolean =>
  templates.some(
    ({ pattern, isWide }) =>
      pattern.test(key) && (!isWide || withShared.includes(`'${key.slice(key.lastIndexOf('.') + 1)}'`)),
  );

test('every message is used in the window', () => {
  const keys = leaves(en);
  expect(keys.length).toBeGreaterThan(500);
  const unused = keys.filter(
    (key) => !source.includes(`'${key}'`) && !source.includes(`"${key}"`) && !isBuilt(key),
  );
  expect(unused).toEqual([]);
});

/** Texts that count and have no form for one, by the reason. */
const NEVER_ONE = new Set<string>([
  // Shown for two and more only.
  ...['dials.others', 'crawl.otherForks', 'trace.times', 'batch.title.remove', 'batch.title.unban'],
  ...['inspector.sample', 'inspector.notKept', 'inspector.keptOf'],
  // A fixed number that is larger: steps, checks, settings, fuses, limits.
  ...['doctor.headPassed', 'doctor.headDoubtful', 'doctor.headFailed', 'doctor.headChecks'],
  ...['settings.noMatchText', 'about.fusesAs', 'record.sizeOf', 'talk.problem.too-long'],
  ...['identity.password.rules', 'identity.password.too-short', 'identity.password.too-long'],
  ...['inspector.ofMessages', 'inspector.emptyText'],
  // A rate of one has a decimal: 1.0 packets/s.
  'discovery.packetsPerSecond',
  // No noun follows the number: "Bucket {n} holds".
  'discovery.emptyCell',
]);

test('a text that counts things has a form for one', () => {
  const textOf = (key: string): string =>
    key
      .split('.')
      .reduce<string | Messages>((messages, part) => (messages as Messages)[part] ?? '', en) as string;
  const counting = leaves(en).filter((key) =>
    /\{(?:n|of|total|max|min)\} (?:[a-z]+ )?[a-z]+s\b/.test(textOf(key)),
  );
  const plain = counting.filter((key) => !textOf(key).includes(' | '));
  expect(new Set(plain)).toEqual(NEVER_ONE);
});
