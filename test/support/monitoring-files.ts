import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const DOCS = resolve(import.meta.dirname, '../../docs');

/** The file of the alert rules. */
export const ALERTS_FILE = resolve(DOCS, 'prometheus/alerts.yml');

/** A panel of the dashboard; a row has no targets. */
interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** An alert rule. */
interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly description?: string };
}

/** The panels of docs/grafana/enodeck.json. */
export function dashboardPanels(): readonly Panel[] {
  const text = readFileSync(resolve(DOCS, 'grafana/enodeck.json'), 'utf8');
  return (JSON.parse(text) as { panels: Panel[] }).panels;
}

/** The queries of the dashboard, with the title of their panel. */
export function dashboardQueries(): readonly { readonly title: string; readonly expr: string }[] {
  return dashboardPanels().flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
}

/** The rules of docs/prometheus/alerts.yml. */
export function alertRules(): readonly Alert[] {
  const { groups } = parse(readFileSync(ALERTS_FILE, 'utf8')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}
