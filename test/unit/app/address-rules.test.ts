import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { addressRules } from '../../../src-main/app/address-rules.ts';

it('follows the allowed networks as they change', () => {
  let settings: NodeSettings = DEFAULT_SETTINGS;
  const rules = addressRules({ current: () => settings });
  expect(rules.allows('8.8.8.8')).toBe(true);
  expect(rules.checkListedIp('127.0.0.1')).toBeDefined();
  settings = { ...DEFAULT_SETTINGS, netRestrict: ['127.0.0.0/8'] };
  expect(rules.allows('8.8.8.8')).toBe(false);
  expect(rules.checkListedIp('10.0.0.1')).toBeDefined();
  expect(rules.allows('127.0.0.1')).toBe(true);
  expect(rules.checkListedIp('127.0.0.1')).toBeUndefined();
});
