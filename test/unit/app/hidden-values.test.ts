import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { withSecrets } from '../../../src-main/app/hidden-values.ts';

const CURRENT: NodeSettings = {
  ...DEFAULT_SETTINGS,
  sentry: 'https://node.example/v3/a-key',
  sentryHeaders: ['Authorization: Bearer one', 'X-Key: two'],
};

test('a value as it was shown keeps its secret', () => {
  expect(withSecrets({ sentry: 'https://node.example/********', maxPeers: 7 }, CURRENT)).toEqual({
    sentry: CURRENT.sentry,
    maxPeers: 7,
  });
  const sentryHeaders = ['X-Key: ********', 'X-Other: three'];
  expect(withSecrets({ sentryHeaders }, CURRENT)).toEqual({
    sentryHeaders: ['X-Key: two', 'X-Other: three'],
  });
});

test('a new value replaces the secret, and an empty one removes it', () => {
  expect(withSecrets({ sentry: 'https://node.example/v4/other' }, CURRENT)).toEqual({
    sentry: 'https://node.example/v4/other',
  });
  expect(withSecrets({ sentry: null, sentryHeaders: [] }, CURRENT)).toEqual({
    sentry: null,
    sentryHeaders: [],
  });
});

test('a hidden part whose secret is not known is refused, with the setting as its field', () => {
  for (const change of [
    { sentry: 'https://other.example/********' },
    { sentryHeaders: ['X-Other: ********'] },
  ]) {
    expect(() => withSecrets(change, CURRENT)).toThrow(
      expect.objectContaining({ code: 'invalid-parameters', field: Object.keys(change)[0] }),
    );
  }
});

test('headers are not sent to another address by who was not shown them', () => {
  const sentry = 'http://127.0.0.1:8545';
  const refusal = expect.objectContaining({ code: 'invalid-parameters', field: 'sentry' }) as Error;
  const hidden = ['X-Key: ********'];
  expect(() => withSecrets({ sentry }, CURRENT)).toThrow(refusal);
  expect(() => withSecrets({ sentry, sentryHeaders: hidden }, CURRENT)).toThrow(refusal);
  expect(() => withSecrets({ sentry }, { ...CURRENT, sentry: null })).toThrow(refusal);
  expect(withSecrets({ sentry, sentryHeaders: ['X-Key: two'] }, CURRENT)).toEqual({
    sentry,
    sentryHeaders: ['X-Key: two'],
  });
  expect(withSecrets({ sentry, sentryHeaders: [] }, CURRENT)).toEqual({ sentry, sentryHeaders: [] });
  expect(withSecrets({ sentry }, { ...CURRENT, sentryHeaders: [] })).toEqual({ sentry });
  expect(withSecrets({ sentry: null }, CURRENT)).toEqual({ sentry: null });
});

test('tokens of the JWT secret are not sent to another address, unless its file is chosen for that address', () => {
  const current = { ...CURRENT, sentryHeaders: [], sentryJwt: '/keys/jwt.hex' };
  const sentry = 'http://127.0.0.1:8545';
  const refusal = expect.objectContaining({ code: 'invalid-parameters', field: 'sentry' }) as Error;
  expect(() => withSecrets({ sentry }, current)).toThrow(refusal);
  expect(() => withSecrets({ sentry, sentryJwt: '/keys/jwt.hex' }, current)).toThrow(refusal);
  expect(() => withSecrets({ sentry }, { ...current, sentry: null })).toThrow(refusal);
  for (const change of [
    { sentry, sentryJwt: null },
    { sentry, sentryJwt: '/keys/other.hex' },
    { sentry: 'https://node.example/v4/other' },
    { sentry: null },
  ]) {
    expect(withSecrets(change, current)).toEqual(change);
  }
});

test('secrets that come back at the next start keep their address', () => {
  const sentry = 'http://127.0.0.1:8545';
  const current = { ...CURRENT, sentryHeaders: [] };
  for (const key of ['sentryHeaders', 'sentryJwt'] as const) {
    expect(() => withSecrets({ sentry }, current, ['maxPeers', key])).toThrow(
      expect.objectContaining({ code: 'invalid-parameters', field: 'sentry' }),
    );
  }
  expect(withSecrets({ sentry }, current, ['maxPeers', 'sentry'])).toEqual({ sentry });
});
