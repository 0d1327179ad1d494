import { clientName } from './version.ts';

/** The client name of this process. */
export function ownClientName(identity: string | undefined, product?: string): string {
  const { platform, arch, versions } = process;
  return clientName({ platform, arch, node: versions.node }, identity, product);
}
