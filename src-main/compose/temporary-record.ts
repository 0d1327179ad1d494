import type { Clock } from '../base/runtime.ts';
import { LocalRecord } from '../node-record/local-record.ts';

/** A local record whose sequence number is not saved: for a demo node, or for one crawl. @param privateKey 32 bytes */
export async function openTemporaryRecord(privateKey: Uint8Array, clock: Clock): Promise<LocalRecord> {
  return await LocalRecord.open({
    privateKey,
    clock,
    store: { loadSeq: () => Promise.resolve(undefined), saveSeq: () => Promise.resolve() },
    onSaveError: () => undefined,
  });
}
