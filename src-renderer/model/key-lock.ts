import type { IdentityDetails } from '../../shared/model/identity.ts';

/** Why this page cannot change the node key. */
export type KeyLock = 'configured' | 'remote-page';

/** The reason why the node key cannot be changed here; null when it can. */
export function keyLock({ access, configuredFile }: IdentityDetails): KeyLock | null {
  if (access === 'remote-page') return 'remote-page';
  return configuredFile === null ? null : 'configured';
}
