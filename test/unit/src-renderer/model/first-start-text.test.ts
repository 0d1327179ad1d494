import { describe, expect, it } from 'vitest';
import type { FirstStartFacts } from '../../../../shared/model/first-start.ts';
import { addressText, mappingText, portText } from '../../../../src-renderer/model/first-start-text.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';
import { i18n } from '../../../../src-renderer/i18n.ts';

const t = i18n.global.t as unknown as Translate;
const FACTS: FirstStartFacts = {
  ...{ network: 'mainnet', port: 30_303, isPortFree: true, freePort: null, nat: 'any' },
  ...{ address: { ip: '192.168.1.20', isPublic: false }, gateway: '192.168.1.1' },
};

describe('the texts of the choice at the first start', () => {
  it.each<[Partial<FirstStartFacts>, string]>([
    [{}, '30303 is free for TCP and UDP.'],
    [{ isPortFree: false, freePort: 30_304 }, 'The node takes 30304'],
    [{ isPortFree: false }, 'no free port was found'],
    [{ port: 0 }, 'The system chooses a free port.'],
  ])('say which port the node takes: %j', (change, text) => {
    expect(portText({ ...FACTS, ...change }, t)).toContain(text);
  });

  it.each<[Partial<FirstStartFacts>, string]>([
    [{}, 'private address 192.168.1.20; its gateway is 192.168.1.1.'],
    [{ gateway: null }, 'private address 192.168.1.20.'],
    [{ address: { ip: '8.8.4.4', isPublic: true } }, 'public address 8.8.4.4.'],
    [{ address: null }, 'no IPv4 address except loopback'],
  ])('say which address the machine has: %j', (change, text) => {
    expect(addressText({ ...FACTS, ...change }, t)).toContain(text);
  });

  it.each([
    ['any', 'UPnP and NAT-PMP'],
    ['none', 'asks no gateway'],
    ['extip:192.0.2.1', 'The NAT method is extip:192.0.2.1.'],
  ])('say how NAT method %s works', (nat, text) => {
    expect(mappingText({ ...FACTS, nat }, t)).toContain(text);
  });
});
