import { beforeEach, describe, expect, it } from 'vitest';
import { Table } from '../../../../src-main/discovery/table/table.ts';
import { compareDistance } from '../../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import type { NodeEvent } from '../../../../src-main/events/events.ts';
import { fakeNode, idAtDistance } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

let random: SeededRandom;
let selfId: Uint8Array;
let events: NodeEvent[];
let table: Table;

beforeEach(() => {
  random = new SeededRandom(3);
  selfId = random.bytes(32);
  events = [];
  table = new Table({
    selfId,
    clock: new VirtualClock(),
    random,
    events: { emit: (event) => events.push(event) },
  });
});

function nodeAt(distance: number, parts: Partial<Node> = {}): Node {
  return fakeNode(idAtDistance(selfId, distance, random), parts);
}

function fill(distance: number, count: number): Node[] {
  const nodes = Array.from({ length: count }, () => nodeAt(distance));
  for (const node of nodes) table.addFound(node);
  return nodes;
}

describe('the table', () => {
  it('has 17 buckets for the distances 240 to 256, the first of which holds all closer nodes', () => {
    expect(table.buckets.map(({ distance }) => distance)).toEqual(
      Array.from({ length: 17 }, (_, i) => 240 + i),
    );
    for (const distance of [1, 17, 239, 240]) table.addFound(nodeAt(distance));
    expect(table.buckets[0]?.entries.length).toBe(4);
    table.addFound(nodeAt(256));
    expect(table.buckets[16]?.entries.length).toBe(1);
    expect(table.size).toBe(5);
  });

  it('never contains the local node', () => {
    expect(table.addFound(fakeNode(selfId))).toBe(false);
    expect(table.size).toBe(0);
  });

  it('holds 16 entries and 10 replacements per bucket, the latest replacement first', () => {
    const nodes = fill(256, 30);
    const bucket = table.bucketAt(256);
    expect(bucket.entries.map(({ node }) => node)).toEqual(nodes.slice(0, 16));
    expect(bucket.replacements.map(({ node }) => node)).toEqual(nodes.slice(20).reverse());
  });

  it('replaces a removed entry by a replacement', () => {
    const nodes = fill(256, 17);
    table.remove(nodes[3]!.idHex, nodes[3]!.id, 'silent');
    const bucket = table.bucketAt(256);
    expect(bucket.entries.map(({ node }) => node)).toContain(nodes[16]);
    expect(bucket.entries.length).toBe(16);
    expect(bucket.replacements).toEqual([]);
    expect(events.at(-2)).toMatchObject({ type: 'discovery/node-removed', reason: 'silent', bucket: 256 });
    expect(events.at(-1)).toMatchObject({ type: 'discovery/node-added', node: nodes[16], bucket: 256 });
  });

  it('accepts at most two nodes of one /24 per bucket, replacements included', () => {
    for (let host = 1; host <= 3; host++) table.addFound(nodeAt(256, { ip: `80.1.1.${String(host)}` }));
    expect(table.size).toBe(2);
    table.addFound(nodeAt(256, { ip: '80.1.2.1' }));
    expect(table.size).toBe(3);
    fill(255, 16);
    for (let host = 4; host <= 7; host++) table.addFound(nodeAt(255, { ip: `80.1.1.${String(host)}` }));
    expect(table.bucketAt(255).replacements.length).toBe(2);
  });

  it('accepts at most ten nodes of one /24 in total, also of IPv6', () => {
    for (let host = 0; host < 14; host++) {
      table.addFound(nodeAt(256 - (host % 7), { ip: `80.1.1.${String(host)}` }));
      table.addFound(nodeAt(256 - (host % 7), { ip: `2a01:b0${String(10 + host)}::1` }));
    }
    const ips = table.buckets.flatMap(({ entries }) => entries.map(({ node }) => node.ip ?? ''));
    expect(ips.filter((ip) => ip.startsWith('80.')).length).toBe(10);
    expect(ips.filter((ip) => ip.startsWith('2a01')).length).toBe(10);
  });

  it('accepts a node of a full /24 after another node of it was removed', () => {
    const nodes = [1, 2, 3].map((host) => nodeAt(256, { ip: `80.1.1.${String(host)}` }));
    for (const node of nodes) table.addFound(node);
    table.remove(nodes[0]!.idHex, nodes[0]!.id, 'silent');
    expect(table.addFound(nodes[2]!)).toBe(true);
  });

  it('refuses nodes without an address', () => {
    expect(table.addFound(nodeAt(256, { ip: undefined }))).toBe(false);
    expect(table.addFound(nodeAt(256, { ip: '0.0.0.0' }))).toBe(false);
  });

  it('accepts inbound nodes only after the first refresh', () => {
    const node = nodeAt(256);
    expect(table.addInbound(node)).toBe(false);
    table.openToInbound();
    expect(table.addInbound(node)).toBe(true);
  });

  it('updates an entry from other nodes only with a higher sequence number, from the node itself always', () => {
    const node = nodeAt(256, { ip: '80.1.1.1' });
    table.addFound(node);
    table.addFound({ ...node, ip: '80.2.2.2' });
    expect(table.get(node.id, node.idHex)?.ip).toBe('80.1.1.1');
    table.addFound({ ...node, ip: '80.3.3.3', seq: 1n });
    expect(table.get(node.id, node.idHex)?.ip).toBe('80.3.3.3');
    table.openToInbound();
    table.addInbound({ ...node, ip: '80.4.4.4' });
    expect(table.get(node.id, node.idHex)).toMatchObject({ ip: '80.4.4.4', seq: 0n });
  });

  it('keeps the record of a node that pings from its known endpoint', () => {
    const node = nodeAt(256, { seq: 5n });
    table.addFound(node);
    table.openToInbound();
    table.addInbound({ ...node, seq: 0n });
    expect(table.get(node.id, node.idHex)?.seq).toBe(5n);
  });

  it('marks a node with a new endpoint as not live', () => {
    const node = nodeAt(256);
    table.addFound(node);
    const entry = table.bucketAt(256).entry(node.idHex)!;
    entry.live = true;
    table.addFound({ ...node, udp: 30304, seq: 1n });
    expect(entry).toMatchObject({ live: false, node: { udp: 30304 } });
  });

  it('keeps the address of a node if the new one exceeds the limits', () => {
    fill(256, 2);
    for (let host = 1; host <= 2; host++) table.addFound(nodeAt(256, { ip: `80.1.1.${String(host)}` }));
    const node = nodeAt(256, { ip: '80.9.9.9' });
    table.addFound(node);
    table.addFound({ ...node, ip: '80.1.1.3', seq: 1n });
    expect(table.get(node.id, node.idHex)?.ip).toBe('80.9.9.9');
  });

  it('returns the nearest nodes, only live ones if there are any', () => {
    const nodes = [...fill(256, 16), ...fill(255, 16), ...fill(250, 5)];
    const target = random.bytes(32);
    const nearest = [...nodes].sort((a, b) => compareDistance(target, a.id, b.id));
    expect(table.closest(target, 16, true).nodes).toEqual(nearest.slice(0, 16));
    const live = nodes[20]!;
    table.bucketOf(live.id).entry(live.idHex)!.live = true;
    expect(table.closest(target, 16, true).nodes).toEqual([live]);
    expect(table.closest(target, 16, false).nodes).toEqual(nearest.slice(0, 16));
  });

  it('returns the nearest of all buckets to a target at any distance from our node', () => {
    const nodes = [235, 238, 239, 240, 241, 243, 244, 250, 255, 256].flatMap((distance) => fill(distance, 4));
    for (let distance = 1; distance <= 256; distance += distance < 230 ? 40 : 1) {
      const target = idAtDistance(selfId, distance, random);
      const nearest = [...nodes].sort((a, b) => compareDistance(target, a.id, b.id));
      for (const limit of [1, 3, 16, 100]) {
        expect(table.closest(target, limit, false).nodes).toEqual(nearest.slice(0, limit));
      }
    }
    expect(table.closest(selfId, 3, false, nodes[0]!.idHex).nodes).not.toContain(nodes[0]);
  });
});
