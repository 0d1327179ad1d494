import type { FirstStartFacts } from '../../shared/model/first-start.ts';
import type { Translate } from '../composables/use-messages.ts';

/** Which port the node takes, as a sentence. */
export function portText({ port, isPortFree, freePort }: FirstStartFacts, t: Translate): string {
  if (port === 0) return t('firstStart.anyPort');
  if (isPortFree) return t('firstStart.portFree', { port });
  return freePort === null
    ? t('firstStart.noPort', { port })
    : t('firstStart.portTaken', { port, free: freePort });
}

/** The machine's address, as a sentence: behind a gateway or public. */
export function addressText({ address, gateway }: FirstStartFacts, t: Translate): string {
  if (address === null) return t('firstStart.noAddress');
  const { ip, isPublic } = address;
  if (isPublic) return t('firstStart.publicAddress', { ip });
  return gateway === null
    ? t('firstStart.privateAddress', { ip })
    : t('firstStart.behindGateway', { ip, gateway });
}

/** How the node will get a port mapping, as a sentence. */
export function mappingText({ nat }: FirstStartFacts, t: Translate): string {
  switch (nat) {
    case 'any':
      return t('firstStart.mapAny');
    case 'none':
      return t('firstStart.mapNone');
    default:
      return t('firstStart.mapBy', { nat });
  }
}
