import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCauseCode } from '../../../shared/causes/catalogue.ts';
import { METRICS } from '../../../src-main/metrics/metric-table.ts';
import { alertRules, dashboardPanels, dashboardQueries } from '../../support/monitoring-files.ts';
import { metricsIn } from '../../support/promql.ts';

const NAMES = new Set(METRICS.map(({ name }) => name));
/** A metric that Prometheus makes for each target. */
const OF_PROMETHEUS = 'up';

/** What an expression names and no metric has. */
function unknownIn(expr: string): string[] {
  const { names, patterns } = metricsIn(expr);
  expect(names.length + patterns.length, expr).toBeGreaterThan(0);
  return [
    ...names.filter((name) => !NAMES.has(name)),
    ...patterns.filter((pattern) => ![...NAMES].some((name) => pattern.test(name))).map(String),
  ];
}

describe('the dashboard', () => {
  test('has the rows that the documentation names, and a description of each panel', () => {
    const rows = dashboardPanels().filter(({ type }) => type === 'row');
    expect(rows.map(({ title }) => title)).toEqual([
      ...['Overview', 'Discovery', 'Sessions', 'Causes', 'Event loop'],
    ]);
    const panels = dashboardPanels().filter(({ type }) => type !== 'row');
    expect(panels.filter(({ description = '' }) => description.length < 10)).toEqual([]);
  });

  test('asks only for metrics that exist', () => {
    expect(dashboardQueries().length).toBeGreaterThan(40);
    expect(dashboardQueries().flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  test('shows only the nodes that were chosen', () => {
    // A selector without the variable, such as `name[` or `name)`.
    const everywhere = dashboardQueries().filter(
      ({ expr }) =>
        metricsIn(expr.replaceAll(/\w*\{[^}]*instance=~"\$instance"[^}]*\}/g, '')).names.length > 0,
    );
    expect(everywhere).toEqual([]);
  });
});

describe('the alerts', () => {
  const rules = alertRules();

  test('ask only for metrics that exist', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.flatMap(({ expr }) => unknownIn(expr)).filter((name) => name !== OF_PROMETHEUS)).toEqual([]);
  });

  test('have a time, a severity, a summary and a description', () => {
    for (const { alert, for: time, labels, annotations } of rules) {
      expect(alert).toMatch(/^Enodeck[A-Z]\w+$/);
      expect(time, alert).toMatch(/^\d+m$/);
      expect(labels?.severity, alert).toMatch(/^(critical|warning)$/);
      expect(annotations?.summary, alert).toMatch(/\{\{ \$labels\.instance \}\}/);
      expect(annotations?.description?.length, alert).toBeGreaterThan(20);
    }
  });

  test('select nodes of ours where geth has the same metric', () => {
    const shared = rules.filter(({ expr }) =>
      metricsIn(expr).names.some((name) => !name.startsWith('enodeck_')),
    );
    for (const { alert, expr } of shared) expect(expr, alert).toMatch(/enodeck/);
  });

  test('are explained in docs/operate.md, each in one row, and no other', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/operate.md'), 'utf8');
    const explained = [...page.matchAll(/^\| (Enodeck\w+) +\|/gm)].map(([, name]) => name);
    expect(explained).toEqual(rules.map(({ alert }) => alert));
  });

  test('name codes of drops that exist', () => {
    const { expr = '' } = rules.find(({ alert }) => alert === 'EnodeckPacketFlood') ?? {};
    const pattern = new RegExp(`^(?:${/code=~"([^"]+)"/.exec(expr)?.[1] ?? ''})$`);
    const codes = ['rate-limit', 'host-rate-limit', 'subnet-rate-limit', 'node-rate-limit', 'queue-full'];
    expect(codes.filter((code) => !isCauseCode(code) || !pattern.test(code))).toEqual([]);
  });
});

describe('the reader of PromQL', () => {
  test('finds names and patterns, and no functions, labels or words', () => {
    const expr =
      'sum by (job) (rate(a_total{code=~"x|y"}[5m])) / time() > 1.5e9 and on (instance) b_info unless {__name__=~"c_.+"}';
    const { names, patterns } = metricsIn(expr);
    expect(names).toEqual(['a_total', 'b_info']);
    expect(patterns.map((pattern) => pattern.test('c_d'))).toEqual([true]);
  });
});
