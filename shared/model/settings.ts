/** Settings that can be changed while the node runs. */
export interface RuntimeSettings {
  readonly maxPeers: number;
  readonly maxPendingPeers: number;
  readonly dialRatio: number;
  /** Dial nodes that discovery finds; static nodes are dialled in any case. */
  readonly dynamicDials: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}
