import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { API_REQUESTS, API_TOPICS } from '../../../shared/api-contract.ts';
import { checkValue } from '../../../shared/schema-check.ts';
import { SETTING_KEYS, SETTINGS } from '../../../shared/settings-table.ts';
import { sourceFiles } from '../../support/source-files.ts';

/** Words of zod's own messages. */
const ZOD_MESSAGE = /invalid|expected|received|too (?:big|small)|unrecognized|\bNaN\b|safeint/i;
const OURS = /^(?:must|is|has) /;

const reasonOf = (schema: z.ZodType, value: unknown): string => {
  const checked = checkValue(schema, value);
  return checked.ok ? 'accepted' : checked.reason;
};

describe('the reason why a schema refuses a value', () => {
  test.each([
    [z.boolean(), 'true', 'must be true or false'],
    [z.boolean().nullable(), 1, 'must be true or false'],
    [z.string(), 7, 'must be text'],
    [z.string().min(1), '', 'must have at least 1 character'],
    [z.string().max(3), 'four', 'must have at most 3 characters'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.int(), 2n ** 64n, 'must be a number'],
    [z.int().min(3), 2, 'must be 3 or more'],
    [z.number().lt(3), 3, 'must be below 3'],
    [z.array(z.string()), 'a', 'must be a list'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry'],
    [z.enum(['a', 'b']), 'c', 'must be a or b'],
    [z.strictObject({}), { odd: 1 }, 'has the unknown name "odd"'],
    [z.strictObject({ a: z.string() }), {}, 'is missing'],
    [z.strictObject({}), [], 'must be an object'],
    [z.string().regex(/^a$/, 'must be an a'), 'b', 'must be an a'],
    [z.union([z.string(), z.int()]), true, 'is not valid'],
    [SETTINGS.maxPeers.schema, -1, 'must be a whole number from 0 to 10000'],
    [SETTINGS.maxPeers.schema, 'many', 'must be a whole number from 0 to 10000'],
  ])('%#: %o has our own phrase', (schema, value, reason) => {
    expect(reasonOf(schema, value)).toBe(reason);
  });

  it('is our own phrase for every setting, request and topic, for any value', () => {
    const schemas: z.ZodType[] = [
      ...SETTING_KEYS.map((key) => SETTINGS[key].schema),
      ...Object.values(API_REQUESTS).map(({ params }) => params),
      ...Object.values(API_TOPICS),
    ];
    const keys = [...SETTING_KEYS, 'list', 'text', 'label', 'id', 'format', 'target', 'duration', 'limit'];
    const scalars = fc.oneof(fc.anything({ maxDepth: 1, withBigInt: true }), fc.constant('x'.repeat(5_000)));
    const values = fc.oneof(scalars, fc.array(scalars), fc.dictionary(fc.constantFrom(...keys), scalars));
    fc.assert(
      fc.property(fc.constantFrom(...schemas), values, (schema, value) => {
        const reason = reasonOf(schema, value);
        if (reason === 'accepted') return;
        expect(reason).toMatch(OURS);
        expect(reason).not.toMatch(ZOD_MESSAGE);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes from one file: no other reads the issues of zod', () => {
    const root = resolve(import.meta.dirname, '../../..');
    const files = [...sourceFiles('src-main'), ...sourceFiles('shared'), ...sourceFiles('src-renderer')];
    expect(files.length).toBeGreaterThan(200);
    const readers = files.filter((file) =>
      /\.issues\b|ZodError/.test(readFileSync(resolve(root, file), 'utf8')),
    );
    expect(readers).toEqual(['shared/schema-check.ts']);
  });
});
