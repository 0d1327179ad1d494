import { z } from 'zod';
import { listenAddresses } from '../address-schemas.ts';
import { NAT_FORMS, parseNatText } from '../nat-text.ts';
import { integer, port, portNumber, setting, type SettingSpec } from '../setting-spec.ts';

/** The group `reach`: addresses, ports, NAT. */
export const ADDRESS_SETTINGS = {
  addresses: setting({
    group: 'reach',
    title: 'Listen addresses',
    help: 'IP addresses to listen on, one per family. 0.0.0.0 and :: listen on all interfaces.',
    flag: '--addr',
    kind: 'list',
    schema: listenAddresses,
    default: ['0.0.0.0', '::'],
    restart: 'node',
  }),
  port: port({
    group: 'reach',
    title: 'Port',
    help: 'TCP port of RLPx, and UDP port of discovery unless “Discovery port” is set. 0: any free port.',
    flag: '--port',
    schema: portNumber(),
    default: 30_303,
    restart: 'node',
  }),
  discoveryAddresses: setting({
    group: 'reach',
    title: 'Discovery listen addresses',
    help: 'IP addresses for discovery.',
    flag: '--discovery.addr',
    kind: 'list',
    schema: listenAddresses.nullable(),
    default: null,
    unset: 'the listen addresses',
    restart: 'node',
  }),
  discoveryPort: port({
    group: 'reach',
    title: 'Discovery port',
    help: 'UDP port of discovery.',
    flag: '--discovery.port',
    schema: portNumber().nullable(),
    default: null,
    unset: 'same as “Port”',
    restart: 'node',
  }),
  nat: setting({
    group: 'reach',
    title: 'NAT',
    help: 'NAT port mapping: any (UPnP or NAT-PMP, else the endpoint that other nodes report), none, upnp, pmp, pmp:IP, extip:IP, stun:IP:PORT.',
    flag: '--nat',
    kind: 'text',
    schema: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .refine(
        (text) => parseNatText(text) !== undefined,
        `must be ${NAT_FORMS}; IP must not be 0.0.0.0 or ::`,
      ),
    default: 'any',
    restart: 'node',
  }),
} as const satisfies Record<string, SettingSpec>;

/** The group `traffic`. */
export const TRAFFIC_SETTINGS = {
  maxDownload: integer({
    group: 'traffic',
    title: 'Maximum download rate',
    help: 'Limit on bytes received by all sessions together. 0: no limit.',
    flag: '--maxdownload',
    unit: 'kB/s',
    min: 0,
    max: 10_000_000,
    default: 0,
    restart: 'none',
  }),
  maxUpload: integer({
    group: 'traffic',
    title: 'Maximum upload rate',
    help: 'Limit on bytes sent by all sessions together. 0: no limit.',
    flag: '--maxupload',
    unit: 'kB/s',
    min: 0,
    max: 10_000_000,
    default: 0,
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;
