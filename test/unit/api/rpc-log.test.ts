import { beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = (method: string, ...params: unknown[]): Promise<unknown> =>
  rpcCall({ backend }, method, ...params);

const valueOf = (key: string): unknown => backend.settings.views().find((view) => view.key === key)?.value;

describe('geth’s methods for the log', () => {
  test.each([
    [0, 'error'],
    [2, 'warn'],
    [5, 'debug'],
  ])('debug_verbosity(%i) sets the level %s', async (number, level) => {
    expect(await call('debug_verbosity', number)).toBeNull();
    expect(valueOf('logLevel')).toBe(level);
  });

  test('debug_verbosity needs a level', async () => {
    for (const params of [[], [null]])
      expect(await call('debug_verbosity', ...params)).toMatchObject({ code: -32602 });
    expect(valueOf('logLevel')).toBe('info');
  });

  test.each([[6], [-1], [2.5], ['debug']])('debug_verbosity refuses %j', async (value) => {
    expect(await call('debug_verbosity', value)).toMatchObject({
      code: -32602,
      message: expect.stringContaining('from 0 to 5') as string,
    });
    expect(valueOf('logLevel')).toBe('info');
  });

  test('debug_vmodule sets and clears the levels of modules', async () => {
    expect(await call('debug_vmodule', 'discovery/*=5,peers=2')).toBeNull();
    expect(valueOf('logModules')).toBe('discovery/*=5,peers=2');
    expect(await call('debug_vmodule', '')).toBeNull();
    expect(valueOf('logModules')).toBe('');
  });

  test('debug_vmodule refuses a rule with its reason, and keeps the levels', async () => {
    await call('debug_vmodule', 'dial=4');
    expect(await call('debug_vmodule', 'peers=4,dial')).toMatchObject({
      code: -32602,
      message: expect.stringContaining('“dial”, which is not of the form module=level') as string,
    });
    expect(await call('debug_vmodule')).toMatchObject({ code: -32602 });
    expect(valueOf('logModules')).toBe('dial=4');
  });
});
