import { RlpError, RlpReader } from './rlp.ts';

/** The request ID of a message of eth or snap, the first item of its list; undefined where it is no integer of 64 bits. */
export function requestIdOf(payload: Uint8Array): bigint | undefined {
  try {
    return RlpReader.over(payload).list().uint64();
  } catch (error) {
    if (!(error instanceof RlpError)) throw error;
    return undefined;
  }
}
