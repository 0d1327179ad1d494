/** The phrases of what was observed at a step of a trace. */
import { shortId } from '../format.ts';
import type { NodeSource } from '../model/node-source.ts';
import type { RecordForkVerdict } from '../model/table.ts';
import type { StepFact } from '../model/why.ts';
import { endSentence, titleOfCode } from './sentences.ts';

const SOURCES: Readonly<Record<NodeSource, string>> = {
  v4: 'Neighbors of another node',
  v5: 'Nodes of another node',
  dns: 'DNS list',
  bootnode: 'list of bootnodes',
  static: 'static list',
  trusted: 'trusted list',
  inbound: 'inbound connection',
  database: 'node database',
};

const FORKS: Readonly<Record<RecordForkVerdict, string>> = {
  ours: 'ours',
  other: 'of another chain',
  stale: 'out of date',
  unknown: 'unknown',
};

/** What was observed at a step, as a phrase; empty for a code that this version does not know. */
export function stepFactText(fact: StepFact): string {
  const { code, params } = fact;
  switch (code) {
    case 'named-by':
      return `Neighbors of ${shortId(params.id)}`;
    case 'sources':
      return params.sources.map((source) => SOURCES[source]).join(', ');
    case 'answered-from':
      return `answered from ${params.ip}`;
    case 'record':
      return `sequence number ${params.seq}`;
    case 'fork-id':
      return `fork ${params.hash}, ${FORKS[params.verdict]}`;
    case 'address':
      return params.address;
    case 'direction':
      return params.direction;
    case 'client':
      return params.name;
    case 'status':
      return params.status;
    case 'cause':
      return titleOfCode(params.cause);
    case 'end':
      return endSentence(params);
    default:
      return unknownFact(code);
  }
}

/** Of a later version. */
function unknownFact(_: never): string {
  return '';
}
