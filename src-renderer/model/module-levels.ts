import { LOG_LEVELS, type LogLevel } from '../../shared/model/log.ts';
import { MAX_MODULE_LEVELS, readModuleLevels, type ModuleLevel } from '../../shared/module-levels.ts';

/** The levels in the setting `logModules`, none for null; null for a text that this window cannot read. */
export function moduleLevelsOf(text: string | null): readonly ModuleLevel[] | null {
  const read = readModuleLevels(text ?? '');
  return read.ok ? read.rules : null;
}

/** The value of the setting `logModules`. */
export const moduleLevelsText = (rules: readonly ModuleLevel[]): string | null =>
  rules.length === 0 ? null : rules.map(({ pattern, level }) => `${pattern}=${level}`).join(',');

/** The rules with the level of a pattern: in the place of its rule, else as the last one. */
export function withModuleLevel(rules: readonly ModuleLevel[], rule: ModuleLevel): readonly ModuleLevel[] {
  const isThere = rules.some(({ pattern }) => pattern === rule.pattern);
  return isThere ? rules.map((old) => (old.pattern === rule.pattern ? rule : old)) : [...rules, rule];
}

/** The rules without those of a pattern. */
export const withoutModuleLevel = (rules: readonly ModuleLevel[], pattern: string): readonly ModuleLevel[] =>
  rules.filter((rule) => rule.pattern !== pattern);

/** Why a text is no pattern of modules, as a key of the messages; null when it is one. */
export function patternProblem(
  pattern: string,
  rules: readonly ModuleLevel[],
): 'logs.patternForm' | 'logs.patternMany' | null {
  if (!/^[\w*.-]+(\/[\w*.-]+)*$/.test(pattern)) return 'logs.patternForm';
  const text = moduleLevelsText(withModuleLevel(rules, { pattern, level: 'debug' })) ?? '';
  return text.length > MAX_MODULE_LEVELS ? 'logs.patternMany' : null;
}

/** The lowest level that the node writes of any module. */
export function leastWritten(level: LogLevel, rules: readonly ModuleLevel[]): LogLevel {
  const all = [level, ...rules.map((rule) => rule.level)];
  return LOG_LEVELS.find((candidate) => all.includes(candidate)) ?? level;
}
