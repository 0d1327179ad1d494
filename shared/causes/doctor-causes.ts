import type { CauseSpec } from './cause-spec.ts';

/** What the Doctor finds out by comparing the steps of a test. */
export const DOCTOR_CAUSES = {
  'name-not-found': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'DNS name does not exist',
    meaning: 'The DNS name in the enode URL has no address: it was removed, or is misspelt.',
    sentence: 'The DNS name {name} has no address',
    advice: 'Ask the operator for the present enode URL',
  },
  'name-lookup-failed': {
    layer: 'doctor',
    fault: 'network',
    title: 'DNS lookup failed',
    meaning: 'The DNS server did not answer, or reported a failure: the name may exist.',
    sentence: 'The DNS lookup of {name} failed: {detail}',
    advice: 'Check the DNS server of this machine, then test again',
  },
  'special-address': {
    layer: 'doctor',
    fault: 'none',
    title: 'Private or special-purpose address',
    meaning:
      'The address is not one of the public internet. A test would send packets into a local network, so it needs consent.',
    sentence: '{ip} is a private or special-purpose address',
    advice: 'Test it anyway if the node is in your own network',
  },
  'not-a-host-address': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'Not the address of a host',
    meaning: 'The address is unspecified, multicast or broadcast: no node can be reached there.',
    sentence: '{ip} is not the address of a host',
    advice: 'Use an enode URL with the node’s own address',
  },
  'wrong-node-key': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'Another node key at this address',
    meaning:
      'A node answers at this address, but it signs with another key than the one given: the enode URL or record is of an earlier or another node.',
    sentence: 'The node at {address} has another key',
    advice: 'Test the node that answered, and keep its enode URL if it is the one you mean',
  },
  'stale-endpoint': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'Endpoint out of date',
    meaning: 'The node’s own signed record names another endpoint than the enode URL or record given.',
    sentence: 'The node’s own record names {theirs}, not {given}',
    advice: 'Test the endpoint in its record. If that works, keep it, and tell the operator',
  },
  'udp-filtered': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'UDP is filtered',
    meaning:
      'Sessions work, but no discovery packet is answered: a firewall drops UDP, or the node has no discovery. Other nodes cannot find it.',
    advice: 'Tell the operator to open the UDP port of discovery',
  },
  'clock-skew': {
    layer: 'doctor',
    fault: 'network',
    title: 'Clocks differ',
    meaning:
      'Discovery packets expire 20 seconds after they were sent. The clocks of the two nodes differ by more, so that one drops the packets of the other.',
    sentence: 'Its clock and ours differ by {seconds} s',
    advice: 'Compare the clock of this machine with a time server',
  },
  'refused-by-it': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'It refuses this node',
    meaning:
      'It is alive and has the key given, but ends our connections before Hello, without a specific reason: it may have banned this node or its address, or accept certain nodes only.',
    advice: 'Ask its operator whether this node is banned, and to add it to the trusted nodes',
  },
  'not-rlpx': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'Another program at this port',
    meaning: 'What answers at the TCP port does not speak RLPx.',
    sentence: 'The program at the TCP port does not speak RLPx: it sent {received}',
    advice: 'Check the TCP port in the enode URL',
  },
  'no-head-header': {
    layer: 'doctor',
    fault: 'theirs',
    title: 'No header of its own head',
    meaning:
      'It announced a head block, but did not answer the request for its header: it may be syncing, or short of resources.',
  },
  'test-stopped': {
    layer: 'doctor',
    fault: 'ours',
    title: 'Test stopped',
    meaning: 'The test was stopped before it came to a result.',
    advice: 'Test again',
  },
  'test-timeout': {
    layer: 'doctor',
    fault: 'network',
    title: 'Test took too long',
    meaning: 'The test reached its time limit before it came to a result.',
    advice: 'Test again',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
