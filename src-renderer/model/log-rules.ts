import { LOG_LEVELS, type LogLevel } from '../../shared/model/log.ts';
import { MAX_MODULE_LEVELS, readModuleLevels } from '../../shared/module-levels.ts';

/** The level that the node writes of the modules that match a pattern. The last rule that matches a module decides. */
export interface LogRule {
  readonly pattern: string;
  readonly level: LogLevel;
}

/** The rules of the setting `logModules`; none for null, and for a text that this window cannot read. */
export function readLogRules(text: string | null): readonly LogRule[] {
  const read = readModuleLevels(text ?? '');
  return read.ok ? read.rules.map(({ pattern, level }) => ({ pattern: pattern.join('/'), level })) : [];
}

/** The value of the setting `logModules`. */
export const logRulesText = (rules: readonly LogRule[]): string | null =>
  rules.length === 0 ? null : rules.map(({ pattern, level }) => `${pattern}=${level}`).join(',');

/** The rules with the level of a pattern: in the place of its rule, else as the last one. */
export function withLogRule(rules: readonly LogRule[], rule: LogRule): readonly LogRule[] {
  const isThere = rules.some(({ pattern }) => pattern === rule.pattern);
  return isThere ? rules.map((old) => (old.pattern === rule.pattern ? rule : old)) : [...rules, rule];
}

/** The rules without those of a pattern. */
export const withoutLogRule = (rules: readonly LogRule[], pattern: string): readonly LogRule[] =>
  rules.filter((rule) => rule.pattern !== pattern);

/** Why a text is no pattern of modules, as a key of the messages; null when it is one. */
export function patternProblem(
  pattern: string,
  rules: readonly LogRule[],
): 'logs.patternForm' | 'logs.patternMany' | null {
  if (!/^[\w*.-]+(\/[\w*.-]+)*$/.test(pattern)) return 'logs.patternForm';
  const text = logRulesText(withLogRule(rules, { pattern, level: 'debug' })) ?? '';
  return text.length > MAX_MODULE_LEVELS ? 'logs.patternMany' : null;
}

/** The lowest level that the node writes of any module. */
export function leastWritten(level: LogLevel, rules: readonly LogRule[]): LogLevel {
  const all = [level, ...rules.map((rule) => rule.level)];
  return LOG_LEVELS.find((candidate) => all.includes(candidate)) ?? level;
}
