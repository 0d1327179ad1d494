import { boolean, type SettingSpec } from '../setting-spec.ts';

/** The group `protocols`. */
export const PROTOCOL_SETTINGS = {
  msgEvents: boolean({
    group: 'protocols',
    title: 'Message events',
    help: 'Emit an event for every message to peerEvents subscribers (msgsend, msgrecv). High volume.',
    flag: '--msgevents',
    default: false,
    restart: 'none',
  }),
  snap: boolean({
    group: 'protocols',
    title: 'Offer snap/1',
    help: 'Offer the snap/1 protocol. The node has no state: it sends the empty response of the specification to each request.',
    flag: '--snap',
    default: false,
    restart: 'node',
  }),
  acceptPreEip8: boolean({
    group: 'protocols',
    title: 'Pre-EIP-8 handshake',
    help: 'Accept the RLPx handshake from before EIP-8 on inbound connections. geth refuses it.',
    flag: '--preeip8',
    default: false,
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;
