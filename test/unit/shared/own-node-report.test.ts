import { describe, expect, it } from 'vitest';
import { ownNodeJson, ownNodeMarkdown } from '../../../shared/own-node-report.ts';
import { checkOwnNode } from '../../../src-main/doctor/own-node.ts';
import { contactsOf, ownFacts } from '../../support/own-node-facts.ts';

const OWN = /203\.0\.113\.7|2001:db8::7|192\.168|30303/;
const none = { ipv4: contactsOf(), ipv6: contactsOf() };
const limited = checkOwnNode(ownFacts({ contacts: { ...ownFacts().contacts, tcp: none } }));

describe('the report on our own node', () => {
  it('is a table that also reads as plain text, with the evidence of what is closed', () => {
    const text = ownNodeMarkdown(limited, { own: true });
    const [head, rule, ...rows] = text.split('\n').filter((line) => line.startsWith('|'));
    expect(head).toMatch(/^\| check +\| result +\|$/);
    expect(rule).toMatch(/^\|-+\|-+\|$/);
    expect(rows).toHaveLength(11);
    expect(new Set([head, rule, ...rows].map((line) => line?.length)).size).toBe(1);
    expect(text).toContain('- This node: ENR 203.0.113.7:30303, Listening 0.0.0.0:30303');
    expect(text).toContain('- Whose side: ours');
    expect(text).toMatch(/^- How sure: likely\. 37 contacts by UDP/m);
  });

  it('has no own address and no own port in addresses unless it is chosen', () => {
    for (const text of [ownNodeMarkdown(limited, { own: false }), ownNodeJson(limited, { own: false })]) {
      expect(text.match(/203\.0\.113\.7|2001:db8::7|192\.168/)).toBeNull();
    }
    expect(ownNodeMarkdown(limited, { own: true })).toMatch(OWN);
    expect(JSON.parse(ownNodeJson(limited, { own: true }))).toEqual(limited);
  });

  it('of a stopped node has no table', () => {
    const text = ownNodeMarkdown(checkOwnNode(ownFacts({}, { phase: 'stopped' })), { own: false });
    expect(text).toContain('**Enodeck Doctor: this node, stopped**');
    expect(text).not.toContain('|');
  });
});
