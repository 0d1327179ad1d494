/** Filters that the devp2p tool spells with one dash. */
const SINGLE_DASH = /^-(?=(ip|min-age|eth-network|snap|dialable|limit)$)/;

/** The arguments with the devp2p tool's `-ip` as `--ip`, in `nodeset filter` only: commander has no such options. */
export function withDoubleDashes(args: readonly string[]): string[] {
  const isFilter = args[0] === 'nodeset' && args[1] === 'filter';
  return args.map((arg) => (isFilter ? arg.replace(SINGLE_DASH, '--') : arg));
}
