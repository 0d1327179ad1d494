import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../../shared/settings-table.ts';
import {
  leastWritten,
  moduleLevelsText,
  patternProblem,
  moduleLevelsOf,
  withModuleLevel,
  withoutModuleLevel,
} from '../../../../src-renderer/model/module-levels.ts';

const RULES = moduleLevelsOf('dial=debug, discovery/*=2') ?? [];

describe('the levels of modules', () => {
  it('are read from the setting, with the levels of geth, and written as the setting takes them', () => {
    expect(RULES).toEqual([
      { pattern: 'dial', level: 'debug' },
      { pattern: 'discovery/*', level: 'warn' },
    ]);
    expect(moduleLevelsText(RULES)).toBe('dial=debug,discovery/*=warn');
    expect(SETTINGS.logModules.schema.safeParse(moduleLevelsText(RULES)).success).toBe(true);
  });

  it('are none for null, which is what is written without rules', () => {
    expect(moduleLevelsOf(null)).toEqual([]);
    expect(moduleLevelsText([])).toBeNull();
  });

  it('are unknown for a text that the window cannot read', () => {
    expect(moduleLevelsOf('not a rule')).toBeNull();
  });

  it('keep the place of a rule whose level changes, because the last one that matches decides', () => {
    const changed = withModuleLevel(RULES, { pattern: 'dial', level: 'error' });
    expect(moduleLevelsText(changed)).toBe('dial=error,discovery/*=warn');
    expect(moduleLevelsText(withModuleLevel(changed, { pattern: 'p2p', level: 'debug' }))).toBe(
      'dial=error,discovery/*=warn,p2p=debug',
    );
    expect(moduleLevelsText(withoutModuleLevel(changed, 'dial'))).toBe('discovery/*=warn');
  });

  it('refuse what the setting would refuse', () => {
    for (const text of ['dial', 'p2p/eth/69', 'discovery/*', '*']) {
      expect(patternProblem(text, RULES), text).toBeNull();
      expect(SETTINGS.logModules.schema.safeParse(`${text}=debug`).success, text).toBe(true);
    }
    for (const text of ['a=b', 'a,b', 'a b', '/', 'a//b']) {
      expect(patternProblem(text, RULES), text).toBe('logs.patternForm');
    }
    const many = Array.from({ length: 60 }, (_, at) => ({
      pattern: `a-long-module-${String(at)}`,
      level: 'debug' as const,
    }));
    expect(patternProblem('dial', many)).toBe('logs.patternMany');
  });

  it('tell the lowest level of any module', () => {
    expect(leastWritten('warn', RULES)).toBe('debug');
    expect(leastWritten('warn', [{ pattern: 'dial', level: 'error' }])).toBe('warn');
  });
});
