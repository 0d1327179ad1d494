import { describe, expect, test } from 'vitest';
import type { LogLevel } from '../../../shared/model/log.ts';
import { levelOfModule, readModuleLevels } from '../../../shared/module-levels.ts';

function levelOf(rules: string, module: string): LogLevel {
  const read = readModuleLevels(rules);
  if (!read.ok) throw new Error(read.reason);
  return levelOfModule(read.rules, module, 'info');
}

describe('the levels of modules', () => {
  test.each([
    // As in go-ethereum: a path that ends in the pattern, or contains it where the pattern ends in a star.
    ['dial=debug', 'dial', 'debug'],
    ['dial=debug', 'dialing', 'info'],
    ['dial=debug', 'redial', 'info'],
    ['dial=debug', 'dial/x', 'info'],
    ['v4=debug', 'discovery/v4', 'debug'],
    ['discovery=debug', 'discovery/v4', 'info'],
    ['discovery/*=debug', 'discovery', 'debug'],
    ['discovery/*=debug', 'discovery/v4', 'debug'],
    ['server/*/69=debug', 'server/p2p/eth/69', 'debug'],
    ['server/*/68=debug', 'server/p2p/eth/69', 'info'],
    ['p2p/*=debug', 'server/p2p/eth/69', 'debug'],
    ['/discovery//v4/=debug', 'discovery/v4', 'debug'],
    ['*=debug', 'anything', 'debug'],
    ['*/*/*=debug', 'anything', 'debug'],
    ['a/*/b=debug', 'a/b/a/c/b', 'debug'],
    ['a/*/b/c=debug', 'a/b/b/c', 'debug'],
    ['a/*/b/c=debug', 'a/b/c/c', 'info'],
    ['a/b=debug', 'a/a/b', 'debug'],
    ['a/b=debug', 'a/a/b/b', 'info'],
    // A dot is a dot.
    ['v.=debug', 'v4', 'info'],
    // The last one that matches decides, also below the level of the log.
    ['*=debug,dial=warn', 'dial', 'warn'],
    ['dial=warn,*=debug', 'dial', 'debug'],
    ['dial=error', 'dial', 'error'],
    // geth's scale
    ['dial=0', 'dial', 'error'],
    ['dial=1', 'dial', 'error'],
    ['dial=2', 'dial', 'warn'],
    ['dial=4', 'dial', 'debug'],
    ['dial=5', 'dial', 'debug'],
    [' dial = 4 , ,', 'dial', 'debug'],
    ['', 'dial', 'info'],
  ])('%s gives %s the level %s', (rules, module, level) => {
    expect(levelOf(rules, module)).toBe(level);
  });

  test.each([
    ['dial', '“dial”, which is not of the form module=level'],
    ['dial=4=5', '“dial=4=5”, which is not of the form module=level'],
    ['=4', '“=4”, which is not of the form module=level'],
    ['dial=', '“dial=”, whose level is not one of debug, info, warn, error or 0 to 5'],
    ['peers=4,dial=6', '“dial=6”, whose level'],
    ['dial=loud', '“dial=loud”, whose level'],
  ])('refuses %s with the rule and the reason', (rules, reason) => {
    expect(readModuleLevels(rules)).toEqual({ ok: false, reason: expect.stringContaining(reason) as string });
  });

  test('takes no longer for a pattern of many stars', () => {
    const rules = `${'*/'.repeat(400)}a=debug`;
    const started = performance.now();
    expect(levelOf(rules, 'b/'.repeat(30))).toBe('info');
    expect(levelOf(`${'*/b/'.repeat(15)}a=debug`, 'b/'.repeat(60))).toBe('info');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
