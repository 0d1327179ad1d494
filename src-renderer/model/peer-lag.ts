import type { PeerRow } from '../../shared/model/peer.ts';

/** How many blocks a peer's head is behind the highest known one; 0 where it announced no number. */
export const blocksBehind = ({ latestBlock }: Pick<PeerRow, 'latestBlock'>, highest: number): number =>
  latestBlock === null ? 0 : Math.max(0, highest - Number(latestBlock));
