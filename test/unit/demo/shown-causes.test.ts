import { describe, expect, it } from 'vitest';
import { isOtherChain, PASSIVE_ROLES } from '../../../src-main/demo/passive-roster.ts';
import { DEMO_ROLES } from '../../../src-main/demo/roster.ts';
import { SHOWN_CAUSES } from '../../../src-main/demo/shown-causes.ts';

/** Its record is in the node list; no node has it. */
const WITHOUT_NODE = 'no-address';

const names = [...DEMO_ROLES, ...PASSIVE_ROLES].map(({ name }) => name);

describe('the causes that demo nodes show', () => {
  it('are each shown by a node that exists', () => {
    const missing = Object.entries(SHOWN_CAUSES).filter(([, name]) => !names.includes(name));
    expect(missing.map(([cause]) => cause)).toEqual([WITHOUT_NODE]);
  });

  it('are each shown by another node', () => {
    expect(new Set(Object.values(SHOWN_CAUSES)).size).toBe(Object.keys(SHOWN_CAUSES).length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are fewer than the nodes of other chains, as everywhere in discovery', () => {
    expect(PASSIVE_ROLES.filter(isOtherChain).length).toBeGreaterThan(Object.keys(SHOWN_CAUSES).length);
  });
});
