/** Facts of the last run, which the page shows until the node's data is open. */
export interface LastRun {
  readonly network: string;
  /** The node ID, shortened. */
  readonly node: string;
  readonly listedNodes: number;
}

/** The part of a document that is read. */
interface FilledPage {
  querySelector(selector: string): { readonly textContent: string | null } | null;
}

/**
 * The facts that the desktop application has put into index.html; null if it knows none, and in a browser. They must be read
 * before the application is mounted, which replaces them.
 */
export function readLastRun(page: FilledPage): LastRun | null {
  const textOf = (name: string): string => page.querySelector(`[data-last="${name}"]`)?.textContent ?? '';
  const [network, node, nodes] = [textOf('network'), textOf('node'), textOf('nodes')];
  if (network === '' || node === '' || !/^\d{1,7}$/.test(nodes)) return null;
  return { network, node, listedNodes: Number(nodes) };
}
