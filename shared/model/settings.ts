/** Settings that can be changed while the node runs. */
export interface RuntimeSettings {
  readonly maxPeers: number;
  readonly maxPendingPeers: number;
  readonly dialRatio: number;
  /** Dial nodes that discovery finds; static nodes are dialled in any case. */
  readonly dynamicDials: boolean;
  /** Take the handshake of before EIP-8 from those who connect, which geth refuses; off unless somebody needs it. */
  readonly acceptPreEip8: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}
