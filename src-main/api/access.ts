import type { Right } from '../../shared/model/access.ts';
import type { Unsubscribe } from '../base/runtime.ts';

/** Who calls with a token. The same object as long as the token is valid. */
export interface Caller {
  /** The name of the token; `page` for that of the page's URL. */
  readonly name: string;
  readonly right: Right;
}

/** Who may use the page and JSON-RPC over HTTP. */
export interface Access {
  /** The token of the page's URL. */
  readonly pageToken: string;
  /** The caller with a token; undefined for another text. */
  callerOf(token: string): Caller | undefined;
  /** Whether the token of this caller is still valid. */
  isValid(caller: Caller): boolean;
  /** Calls the listener after tokens were added or revoked. */
  onChange(listener: () => void): Unsubscribe;
}
