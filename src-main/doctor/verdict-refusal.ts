import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './verdict-rule.ts';

/** What a refusal means for the test, where it differs from "no session, proven". */
const REFUSALS: { readonly [Code in CauseCode]?: Partial<Finding> } = {
  'invalid-node-text': {
    result: 'not-tested',
    title: 'The text is not a node',
    reason: 'The text was read to the character at fault',
    advice: 'Correct the text: the step Parse says where',
  },
  'bad-signature': {
    result: 'not-tested',
    title: 'The signature of the record does not hold',
    meaning: 'The record was changed after the node signed it: no node accepts it.',
    reason: 'The signature was verified with the key in the record',
    advice: 'Copy the record again from its source',
  },
  'not-known': {
    result: 'not-tested',
    title: 'Where the node is, is not known',
    reason: 'Neither the tables nor the database of this node have it',
    advice: 'Give its enode URL or record',
  },
  'name-not-found': { reason: 'The DNS server says that the name has no address' },
  'name-lookup-failed': {
    result: 'not-tested',
    certainty: 'unclear',
    reason: 'Without an answer of the DNS server nothing is known of the name',
  },
  'special-address': { result: 'not-tested', reason: 'The address is in a range that is set aside' },
  'own-node': {
    title: 'This is our own node',
    meaning: 'The key is that of this node: a node has no session with itself.',
    reason: 'The node ID is ours',
    advice: null,
  },
  banned: { reason: 'The ban is in the ban list of this node' },
  'not-netrestricted': { reason: 'The setting “Allowed networks” of this node excludes the address' },
  'address-not-available': {
    title: 'This machine has no address of the family that the node needs',
    reason: 'The interfaces of this machine were read',
    advice: 'Connect this machine by that family, or ask for an address of the other',
  },
};

/** Why no packet was sent: proven by the text, the DNS server, or the settings of this node. */
export function refused({ refusal }: Evidence): Finding | undefined {
  if (refusal === undefined) return undefined;
  const { code, params } = refusal;
  return {
    result: 'no-peer',
    certainty: 'proven',
    reason: 'The address itself shows it',
    ...REFUSALS[code],
    cause: { code, params },
  };
}
