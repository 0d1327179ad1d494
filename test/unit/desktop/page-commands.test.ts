import { describe, expect, test } from 'vitest';
import { MAX_PENDING, PageCommands } from '../../../src-main/desktop/page-commands.ts';
import type { DesktopCommand } from '../../../shared/model/desktop.ts';

const logs: DesktopCommand = { kind: 'open-place', place: { view: 'logs' } };
const node = (text: string): DesktopCommand => ({ kind: 'preview-nodes', texts: [text] });

describe('commands to the page', () => {
  test('wait in their order until the page has taken them', () => {
    const commands = new PageCommands();
    commands.send(logs);
    commands.send(node('enode://a'));
    expect(commands.pending()).toEqual([
      { seq: 1, command: logs },
      { seq: 2, command: node('enode://a') },
    ]);
    commands.taken(1);
    commands.send(logs);
    expect(commands.pending().map(({ seq }) => seq)).toEqual([2, 3]);
    commands.taken(3);
    expect(commands.pending()).toEqual([]);
  });

  test('are bounded: the oldest are dropped', () => {
    const commands = new PageCommands();
    for (let n = 0; n < MAX_PENDING + 5; n++) commands.send(logs);
    expect(commands.pending()).toHaveLength(MAX_PENDING);
    expect(commands.pending()[0]?.seq).toBe(6);
  });

  test('with too many or too long nodes are refused', () => {
    const commands = new PageCommands();
    const many: DesktopCommand = { kind: 'preview-nodes', texts: Array.from({ length: 65 }, () => 'enr:-x') };
    expect(() => commands.send(many)).toThrow(RangeError);
    expect(() => commands.send(node('a'.repeat(1_025)))).toThrow(RangeError);
    expect(commands.pending()).toEqual([]);
  });
});
