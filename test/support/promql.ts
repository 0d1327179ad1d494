/** Words of PromQL that are not names of metrics and not followed by a parenthesis. */
const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset']);

/** What an expression of PromQL selects: metrics by name, and by patterns of `__name__`. */
export interface Selected {
  readonly names: readonly string[];
  readonly patterns: readonly RegExp[];
}

/** The metrics in an expression of PromQL. Understands what the dashboard and the alerts use. */
export function metricsIn(expression: string): Selected {
  const patterns = [...expression.matchAll(/__name__=~"([^"]+)"/g)].map(
    ([, pattern = '']) => new RegExp(`^(?:${pattern})$`),
  );
  const plain = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|on|ignoring|without)\s*\([^)]*\)/g, '');
  const names = [...plain.matchAll(/(?<![\w.])[a-z_]\w*(?!\w|\s*\()/gi)].map(([name]) => name);
  return { names: names.filter((name) => !WORDS.has(name)), patterns };
}
