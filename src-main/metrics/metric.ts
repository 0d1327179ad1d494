/** What a metric is, independent of the format in which it is exported. */
import type { MetricFacts } from './metric-facts.ts';

/** One value of a metric, with a value for each of its labels. */
export interface Sample<Label extends string = string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** One row of the table of metrics. */
export interface Metric {
  readonly name: string;
  /** A counter only grows until the node starts again; a gauge goes up and down. */
  readonly type: 'counter' | 'gauge';
  /** One line, unique in the table. */
  readonly help: string;
  /** Their values are codes of closed sets, never IDs or addresses of nodes. */
  readonly labels: readonly string[];
  /** Reads the current values; none while there is nothing to measure. */
  readonly read: (facts: MetricFacts) => readonly Sample[];
}

/** A number, or null while there is nothing to measure. */
type Reading = number | null | undefined;

const single =
  (type: Metric['type']) =>
  (name: string, help: string, read: (facts: MetricFacts) => Reading): Metric => ({
    ...{ name, type, help, labels: [] },
    read: (facts) => {
      const value = read(facts);
      return value === null || value === undefined ? [] : [{ labels: {}, value }];
    },
  });

const labelled =
  (type: Metric['type']) =>
  <const Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: (facts: MetricFacts) => readonly Sample<Label>[],
  ): Metric => ({ name, type, help, labels, read });

/** A counter without labels. */
export const counter = single('counter');

/** A gauge without labels. */
export const gauge = single('gauge');

/** A counter with one value for each combination of labels. */
export const counters = labelled('counter');

/** A gauge with one value for each combination of labels. */
export const gauges = labelled('gauge');

/** One sample for each entry of a record, whose keys are the values of the label. */
export function samplesOf<Label extends string>(
  label: Label,
  values: Readonly<Record<string, Reading>>,
): readonly Sample<Label>[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null || value === undefined
      ? []
      : [{ labels: { [label]: key } as Readonly<Record<Label, string>>, value }],
  );
}
