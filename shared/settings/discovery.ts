import { z } from 'zod';
import { dnsServerText, treeUrlText } from '../address-schemas.ts';
import { bootnodeText } from '../bootnode-schema.ts';
import { boolean, setting, type SettingSpec } from '../setting-spec.ts';

/** The group `discovery`. */
export const DISCOVERY_SETTINGS = {
  discovery: boolean({
    group: 'discovery',
    title: 'Discovery',
    help: 'Search for nodes. Off: only static nodes are dialled.',
    flag: '--discovery',
    default: true,
    restart: 'node',
  }),
  discoveryV4: boolean({
    group: 'discovery',
    title: 'Discovery v4',
    help: 'Node Discovery Protocol v4.',
    flag: '--discovery.v4',
    default: true,
    restart: 'node',
  }),
  discoveryV5: boolean({
    group: 'discovery',
    title: 'Discovery v5',
    help: 'Node Discovery Protocol v5.1, on the same UDP port as v4.',
    flag: '--discovery.v5',
    default: true,
    restart: 'node',
  }),
  bootnodes: setting({
    group: 'discovery',
    title: 'Bootnodes',
    help: 'Enode URLs or ENRs of bootnodes. They replace the network’s default bootnodes; an empty list: none. Bootnodes added in Nodes are used in addition.',
    flag: '--bootnodes',
    kind: 'list',
    schema: z.array(bootnodeText).max(256).nullable(),
    default: null,
    unset: 'the network’s bootnodes',
    restart: 'none',
  }),
  discoveryDns: setting({
    group: 'discovery',
    title: 'DNS node lists',
    help: 'DNS node lists (EIP-1459), enrtree://KEY@domain; an empty list: none. With allowed networks, the default is none.',
    flag: '--discovery.dns',
    kind: 'list',
    schema: z.array(treeUrlText).max(8).nullable(),
    default: null,
    unset: 'the network’s list',
    restart: 'node',
  }),
  dnsServer: setting({
    group: 'discovery',
    title: 'DNS server',
    help: 'Name server for DNS node lists, IP or IP:PORT.',
    flag: '--discovery.dns.server',
    kind: 'text',
    schema: dnsServerText.nullable(),
    default: null,
    unset: 'the system resolver',
    restart: 'node',
  }),
} as const satisfies Record<string, SettingSpec>;
