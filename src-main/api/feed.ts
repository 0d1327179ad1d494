/** What changed since the previous call; undefined if nothing did. */
export type Change = { readonly kind: 'snapshot' | 'delta'; readonly data: unknown } | undefined;

/** One topic with one set of parameters; it lives while it has a subscription. */
export interface Feed {
  /** All data as of the last `changes`. */
  snapshot(): unknown;
  /** Reads the node and returns what changed. */
  changes(): Change;
}
