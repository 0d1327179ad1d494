import { FORK_VERDICTS, NO_KNOWN_FILTER, NODE_FAMILIES } from '../../shared/model/known-node.ts';
import { NODE_SOURCES } from '../../shared/model/node-source.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import type { RequestParams } from '../../shared/api-contract.ts';
import { NETWORK_CHOICES } from '../../shared/settings/network.ts';

/** The filter of known nodes, as `nodes.known` takes it. */
export type KnownQueryFilter = RequestParams<'nodes.known'>['filter'];

/** What the fields of the filter contain; empty text does not filter. */
export interface KnownDraft {
  readonly text: string;
  /** `is:` with a verdict, or `network:` with a network's name. */
  readonly fork: string;
  /** Text of the client name; UNKNOWN_CLIENT for nodes whose client is not known. */
  readonly client: string;
  /** `by:` with a source, or `table:` with a protocol. */
  readonly source: string;
  readonly family: string;
  /** Seconds since the last Pong. */
  readonly age: string;
  readonly port: string;
  readonly dialable: boolean;
}

/** The choice of nodes whose client is not known. */
export const UNKNOWN_CLIENT = '?';

/** Seconds since the last Pong that can be chosen. */
export const KNOWN_AGES = [600, 3_600, 21_600, 86_400] as const;

/** Fields without a filter. */
export const EMPTY_KNOWN_DRAFT: KnownDraft = {
  text: '',
  fork: '',
  client: '',
  source: '',
  family: '',
  age: '',
  port: '',
  dialable: false,
};

const one = <Name extends string>(names: readonly Name[], text: string): Name | null =>
  names.find((name) => name === text) ?? null;

/** The port of the field; null for an empty field, undefined for what is no port. */
export function portIn(text: string): number | null | undefined {
  const digits = text.trim();
  if (digits === '') return null;
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 0xffff ? port : undefined;
}

/** The filter of the fields; a wrong port does not filter. */
export function knownFilterOf(draft: KnownDraft): KnownQueryFilter {
  const [forkKind, forkName = ''] = draft.fork.split(':');
  const [sourceKind, sourceName = ''] = draft.source.split(':');
  return {
    ...NO_KNOWN_FILTER,
    text: draft.text.trim(),
    fork: forkKind === 'is' ? one(FORK_VERDICTS, forkName) : null,
    ethNetwork: forkKind === 'network' ? one(NETWORK_CHOICES, forkName) : null,
    client: draft.client === '' ? null : draft.client === UNKNOWN_CLIENT ? '' : draft.client,
    source: sourceKind === 'by' ? one(NODE_SOURCES, sourceName) : null,
    table: sourceKind === 'table' ? one(TABLE_PROTOCOLS, sourceName) : null,
    family: one(NODE_FAMILIES, draft.family),
    maxAge: draft.age === '' ? null : Number(draft.age),
    port: portIn(draft.port) ?? null,
    dialable: draft.dialable,
  };
}

/** Whether no field filters. */
export function isPlainDraft(draft: KnownDraft): boolean {
  return Object.values(draft).every((value) => value === '' || value === false);
}
