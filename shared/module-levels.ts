import { LOG_LEVELS, logLevelOf, type LogLevel } from './model/log.ts';

/*
 * Log levels of modules, in the grammar of go-ethereum's --log.vmodule (log/handler_glog.go Vmodule): rules
 * `pattern=level`, separated by commas. A pattern is a path of modules whose part `*` stands for any parts or none; it may
 * begin at any module of a path. The last rule that matches a module decides.
 */

/** BOUNDED: characters of all rules, our choice. */
export const MAX_MODULE_LEVELS = 1_024;

/** The level of the modules whose path matches a pattern. */
export interface ModuleLevel {
  /** Parts with a slash between them. */
  readonly pattern: string;
  readonly level: LogLevel;
}

/** The rules of a text, or why it is refused, as a phrase that begins with "has". */
export type ReadModuleLevels =
  | { readonly ok: true; readonly rules: readonly ModuleLevel[] }
  | { readonly ok: false; readonly reason: string };

/** Reads rules. Empty ones, as after a trailing comma, are skipped, as in go-ethereum. */
export function readModuleLevels(text: string): ReadModuleLevels {
  const rules: ModuleLevel[] = [];
  for (const rule of text.split(',')) {
    if (rule.trim() === '') continue;
    const read = readRule(rule);
    if (typeof read === 'string') return { ok: false, reason: read };
    rules.push(read);
  }
  return { ok: true, rules };
}

/** The level of a module: that of the last rule that matches it, or `otherwise`. */
export function levelOfModule(rules: readonly ModuleLevel[], module: string, otherwise: LogLevel): LogLevel {
  const path = module.split('/');
  return rules.findLast(({ pattern }) => matches(partsOf(pattern), path))?.level ?? otherwise;
}

function readRule(rule: string): ModuleLevel | string {
  const shown = `“${rule.trim().slice(0, 60)}”`;
  const parts = rule.split('=').map((part) => part.trim());
  const [pattern = '', levelText = ''] = parts;
  if (parts.length !== 2 || pattern === '')
    return `has the rule ${shown}, which is not of the form module=level`;
  const level = logLevelOf(levelText);
  if (level !== undefined) return { pattern: partsOf(pattern).join('/'), level };
  return `has the rule ${shown}, whose level is not one of ${LOG_LEVELS.join(', ')} or 0 to 5`;
}

const partsOf = (text: string): string[] => text.split('/').filter((part) => part !== '');

/** Whether a path ends with the pattern. Each star first stands for no part, and for one more whenever the rest does not match. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  // A pattern may begin at any module: as if it began with a star.
  let [star, restart] = [-1, 0];
  let [at, part] = [0, 0];
  while (part < path.length) {
    if (pattern[at] === '*') {
      star = at;
      restart = part;
      at += 1;
    } else if (pattern[at] === path[part]) {
      at += 1;
      part += 1;
    } else {
      restart += 1;
      part = restart;
      at = star + 1;
    }
  }
  return pattern.slice(at).every((rest) => rest === '*');
}
