import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { feed, method, param, text } from '../../../src-main/api/rpc-method.ts';

const seen: unknown[][] = [];
const call = method(
  'For this test',
  [
    param('text', text),
    param('number', z.int().min(1).default(7)),
    param('choice', z.strictObject({ deep: z.strictObject({ on: z.boolean() }) }).optional()),
    param('value', z.string().nullable().default('none')),
  ],
  z.null(),
  (...values) => {
    seen.push([...values]);
    return null;
  },
);

const argumentsFor = (...given: unknown[]): unknown[] | undefined => {
  call(given);
  return seen.pop();
};

describe('the arguments of a method', () => {
  test('have their defaults when they are missing or null, except where null is a value', () => {
    expect(argumentsFor('a')).toEqual(['a', 7, undefined, 'none']);
    expect(argumentsFor('a', null, null, null)).toEqual(['a', 7, undefined, null]);
    expect(argumentsFor('a', 9, { deep: { on: true } }, 'b')).toEqual(['a', 9, { deep: { on: true } }, 'b']);
  });

  test.each([
    [[], 'missing value for required argument 0'],
    [[null], 'missing value for required argument 0'],
    [[7], 'invalid argument 0: it must be a string'],
    [['a', 0], 'invalid argument 1: it must be 1 or more'],
    [['a', 1, { deep: { on: 1 } }], 'invalid argument 2: "deep.on" must be true or false'],
    [['a', 1, { shallow: 1 }], 'invalid argument 2: "deep" is missing'],
    [['a', 1, undefined, 'b', 'c'], 'too many arguments, want at most 4'],
  ])('%j are refused: %s', (given, message) => {
    expect(() => call(given)).toThrow(expect.objectContaining({ message, rpcCode: -32_602 }) as Error);
  });

  test('of a subscription are counted from its name', () => {
    const open = feed('For this test', [param('filter', text)], z.null(), () => () => () => undefined);
    expect(() => open([])).toThrow('missing value for required argument 1');
    expect(() => open(['a', 'b'])).toThrow('too many arguments, want at most 2');
  });
});
