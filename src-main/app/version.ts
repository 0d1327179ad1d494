import { version } from '../../package.json';

/** The product's version, `0.1.0`. */
export const VERSION: string = version;

/** The surroundings that a client name tells of. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of Node, without the v. */
  readonly node: string;
}

/** Longest client name that is announced, so that Hello stays far below its limit. */
const MAX_NAME = 128;

/**
 * The client name that Hello announces, `Enodeck/v0.1.0/linux-x64/node20.20.2`; `identity` goes where geth puts its
 * --identity, behind the product's name.
 */
export function clientName(machine: Machine, identity: string | undefined, product = 'Enodeck'): string {
  const parts = [
    product,
    identity,
    `v${VERSION}`,
    `${machine.platform}-${machine.arch}`,
    `node${machine.node}`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .join('/')
    .slice(0, MAX_NAME);
}
