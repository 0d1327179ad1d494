import { version } from '../../package.json';

/** The product's version, such as `0.1.0`. */
export const VERSION: string = version;

/** Set by the build (electron.vite.config.ts); absent in tests. */
declare const __COMMIT__: string | null | undefined;

/** The commit that the program was built from, such as `4df8996a12bc` or `4df8996a12bc-dirty`; null when it is not known. */
export const COMMIT: string | null = typeof __COMMIT__ === 'undefined' ? null : (__COMMIT__ ?? null);

/** The platform facts of a client name. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of Node, without the v. */
  readonly node: string;
}

/** Maximum length of the announced client name, characters: Hello stays far below its limit. */
const MAX_NAME = 128;

/**
 * The client name in Hello, `Enodeck/v0.1.0/linux-x64/node20.20.2`; `identity` follows the product's name, as in geth
 * with --identity.
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
