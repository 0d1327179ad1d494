import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../../src-renderer/messages/en.ts';

type Messages = { readonly [key: string]: string | Messages };

const leaves = (messages: Messages, prefix = ''): string[] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : leaves(value, `${prefix}${key}.`),
  );

const WINDOW = resolve(import.meta.dirname, '../../../src-renderer');
const source = readdirSync(WINDOW, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|vue)$/.test(file) && !file.startsWith('messages'))
  .map((file) => readFileSync(join(WINDOW, file), 'utf8'))
  .join('\n');

/** Template literals that build a key, as regular expressions: `step.${name}` matches every key of `step`. */
const templates = [...source.matchAll(/`([a-zA-Z0-9]+\.[^`\n]*\$\{[^`\n]*)`/g)].map(([, text = '']) => {
  const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', String.raw`\.`));
  return new RegExp(`^${parts.join('[\\w-]+')}$`);
});

test('every message is used in the window', () => {
  const keys = leaves(en);
  expect(keys.length).toBeGreaterThan(500);
  const unused = keys.filter(
    (key) =>
      !source.includes(`'${key}'`) &&
      !source.includes(`"${key}"`) &&
      !templates.some((template) => template.test(key)),
  );
  expect(unused).toEqual([]);
});
