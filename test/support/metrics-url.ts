import type { Application } from '../../src-main/compose/application.ts';

/** The address of a node's metrics, as the node logs it. */
export function metricsUrlOf({ backend }: Application): string {
  const line = backend.logs.all().findLast(({ message }) => message === 'the metrics are served');
  if (line === undefined) throw new Error('The node serves no metrics');
  return String(line.fields['url']);
}
