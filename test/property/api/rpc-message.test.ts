import fc from 'fast-check';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { describe, expect, test } from 'vitest';
import { createRpcDispatcher } from '../../../src-main/api/json-rpc.ts';
import { failureText, readRpcBody, successText } from '../../../src-main/api/rpc-message.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const rpc = createRpcDispatcher(
  { methods: new Map([['test_echo', (params) => params]]), feeds: new Map() },
  silentLogger,
  systemClock,
);
const call = (id: string, rest = ''): string => `{"jsonrpc":"2.0","id":${id},"method":"test_echo"${rest}}`;

/** IDs whose text a parser of numbers or strings would change. */
const IDS = [
  ...['9007199254740993', '12345678901234567890', '1.0', '-0', '1e2', '1E+400', '0.10', '0', 'null'],
  ...['""', '"a\\u0062\\/\\n"', '"\\ud800"', '"é\u2028"', '"{\\"id\\":1}"', '"id"', '"\\\\"'],
];

describe('the ID of a request', () => {
  test.each(IDS)('is echoed byte for byte: %s', async (id) => {
    expect(await rpc.answer(call(id))).toBe(`{"jsonrpc":"2.0","id":${id},"result":[]}`);
    expect(await rpc.answer(`{"id" :\n${id}\t,"method":"a_b","jsonrpc":"2.0"}`)).toContain(
      `"id":${id},"error"`,
    );
    expect(await rpc.answer(`{"method":"test_echo","jsonrpc":"2.0","id":${id}}`)).toContain(`"id":${id},`);
    const batch = await rpc.answer(` [ 7, ${call(id)}, {"params":{"id":5},"id":${id}}, [{"id":3}] ] `);
    expect(batch).toBe(
      `[${failureText('null', -32600, 'invalid request')},${successText(id, [])},` +
        `${failureText(id, -32600, 'invalid request')},${failureText('null', -32600, 'invalid request')}]`,
    );
  });

  test('is the last of several, also if its key has escapes, and not one of a nested object', async () => {
    const body = call('1', ',"params":[{"id":3}],"\\u0069d":2.0');
    expect(await rpc.answer(body)).toBe('{"jsonrpc":"2.0","id":2.0,"result":[{"id":3}]}');
  });

  test.each(['{}', '[1]', 'true', '[]', '{"id":1}'])('is refused if it is %s', async (id) => {
    expect(await rpc.answer(call(id))).toBe(failureText('null', -32600, 'invalid request'));
  });

  test('belongs to its own request in any batch', async () => {
    const key = fc.constantFrom('id', 'params', 'x', 'jsonrpc');
    const noise = fc.jsonValue({ maxDepth: 3 });
    const message = fc
      .tuple(fc.constantFrom(...IDS), fc.array(fc.tuple(key, noise)), fc.boolean())
      .map(([id, members, isLast]) => {
        const others = members
          .filter(([name]) => name !== 'id' || !isLast)
          .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
        const own = `"id":${id}`;
        return {
          id,
          text: `{${[...(isLast ? others : []), own, ...(isLast ? [] : others.filter((text) => !text.startsWith('"id"')))].join(' ,')}}`,
        };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1 }), async (messages) => {
        const body = readRpcBody(`[${messages.map(({ text }) => text).join(',\n')}]`);
        expect(body?.messages.map(({ idText }) => idText)).toEqual(messages.map(({ id }) => id));
        await Promise.resolve();
      }),
    );
  });
});

describe('a request body', () => {
  test.each([
    ...['', '{', '{"id":1,}', '[1,]', '{id:1}', "{'id':1}", '// x\n{}', '/* */ 1', '{"id":01}', '{"id":1} 2'],
    ...['NaN', '{"id":"\n"}', '\ufeff{}', '{"id":1 /* */}'],
  ])('is refused if it is not strict JSON: %j', async (text) => {
    expect(readRpcBody(text)).toBeUndefined();
    expect(await rpc.answer(text)).toBe(failureText('null', -32700, 'parse error'));
  });

  test('is refused if it is nested too deeply', () => {
    const nested = (depth: number): string => call('1', `,"params":${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(readRpcBody(nested(100))?.messages[0]?.idText).toBe('1');
    for (const depth of [200, 500_000]) expect(readRpcBody(nested(depth))).toBeUndefined();
  });

  test('of any text is parsed or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const body = readRpcBody(text);
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          expect(body).toBeUndefined();
          return;
        }
        expect(body?.messages.map((message) => message.value)).toEqual(
          Array.isArray(value) ? value : [value],
        );
      }),
    );
  });
});
