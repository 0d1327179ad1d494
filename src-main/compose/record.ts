import type { EffectiveSettings } from '../app/effective-settings.ts';
import { describeError } from '../base/errors.ts';
import type { Scope } from '../base/lifecycle.ts';
import type { Clock } from '../base/runtime.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { EventSink } from '../events/events.ts';
import { LocalRecord } from '../node-record/local-record.ts';
import type { Identity } from '../store/identity.ts';
import type { NodeStore } from '../store/node-store.ts';
import type { Runtime } from './runtime.ts';

/** Interval at which the fork ID of the record is updated by the wall clock, milliseconds. */
const FORK_CHECK_MS = 60_000;

/** What the record of our node is made from. */
export interface RecordParts {
  readonly identity: Pick<Identity, 'privateKey' | 'idHex'>;
  /** Stores the sequence number. */
  readonly nodes: NodeStore;
  readonly chain: Pick<ChainStatus, 'forkId'>;
  readonly settings: Pick<EffectiveSettings, 'current'>;
}

/** Opens the record of our node, with its fork ID and without an endpoint. */
export async function openRecord(
  { identity, nodes, chain, settings }: RecordParts,
  { clock, logger }: Runtime,
): Promise<LocalRecord> {
  const record = await LocalRecord.open({
    privateKey: identity.privateKey,
    clock,
    store: {
      loadSeq: () => Promise.resolve(nodes.localSeq(identity.idHex)),
      saveSeq: (seq) => {
        nodes.setLocalSeq(identity.idHex, seq);
        return nodes.flush();
      },
    },
    onSaveError: (error) => {
      logger.child('record').warn('the sequence number was not saved', { reason: describeError(error) });
    },
  });
  record.setForkId(chain.forkId());
  // An empty list, as geth and reth write it (go-ethereum eth/protocols/snap/discovery.go).
  record.setEntry('snap', settings.current().snap ? [] : undefined);
  return record;
}

/** Emits an event for each new record, and updates the fork ID with the head and, for the wall clock, at intervals. */
export function watchRecord(
  record: LocalRecord,
  chain: Pick<ChainStatus, 'forkId' | 'onChange'>,
  events: EventSink,
  scope: Scope,
): void {
  scope.own(
    record.onChange((current, keys) => {
      events.emit({ type: 'record/updated', seq: current.seq, keys });
    }),
  );
  const update = (): void => {
    record.setForkId(chain.forkId());
  };
  scope.every(() => FORK_CHECK_MS, update);
  const unsubscribe = chain.onChange?.(update);
  if (unsubscribe !== undefined) scope.own(unsubscribe);
}

/** A local record whose sequence number is not saved: for a demo node, or for one crawl. @param privateKey 32 bytes */
export async function openTemporaryRecord(privateKey: Uint8Array, clock: Clock): Promise<LocalRecord> {
  return await LocalRecord.open({
    privateKey,
    clock,
    store: { loadSeq: () => Promise.resolve(undefined), saveSeq: () => Promise.resolve() },
    onSaveError: () => undefined,
  });
}
