import type { Discv5Control } from '../../src-main/api/discv5-control.ts';

/** Discovery v5 without a network. @param known @param network texts of records by node ID */
export const fakeDiscv5 = (
  known: Map<string, string>,
  network: ReadonlyMap<string, string>,
): Discv5Control => ({
  recordOf: (idHex) => known.get(idHex) ?? null,
  findRecord: async (idHex) => network.get(idHex) ?? known.get(idHex) ?? null,
  add: () => false,
  remove: (idHex) => known.delete(idHex),
  ping: async () => ({ enrSeq: 7n, ip: '203.0.113.7', port: 30_303 }),
  findNodes: async () => [...network.values()],
  nearest: async () => [...network.values()],
});
