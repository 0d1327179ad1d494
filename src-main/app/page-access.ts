import { bytesToHex } from '../base/bytes.ts';
import { isLoopback } from '../base/ip.ts';
import type { Random } from '../base/runtime.ts';
import type { HttpOption } from './launch-options.ts';

/** Bytes of a random token. */
const TOKEN_BYTES = 24;
/** Below this length a token of the user causes a warning, characters. */
const MIN_TOKEN_LENGTH = 16;

/** Who may use the page and JSON-RPC over HTTP. */
export interface PageAccess {
  /** The token of the user, else a random one of 48 hex digits. */
  readonly token: string;
  /** Whether JSON-RPC has the methods that change the node: on loopback, and elsewhere if the user enabled them. */
  readonly admin: boolean;
  /** Sentences about what makes the access unsafe. */
  readonly warnings: readonly string[];
}

/** A new token: 48 hex digits. */
export const randomToken = (random: Random): string => bytesToHex(random.bytes(TOKEN_BYTES));

/** Decides the access over HTTP from the options of the command line. */
export function pageAccess(
  { address, token, admin }: Pick<HttpOption, 'address' | 'token' | 'admin'>,
  random: Random,
): PageAccess {
  const warnings: string[] = [];
  if (!isLoopback(address))
    warnings.push('the page is served to other machines: everyone who has the token controls this node');
  if (token !== undefined && token.length < MIN_TOKEN_LENGTH)
    warnings.push('the token is short and can be guessed: omit it for a random one');
  return {
    token: token ?? randomToken(random),
    admin: isLoopback(address) || admin,
    warnings,
  };
}
