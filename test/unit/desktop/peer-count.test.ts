import { expect, test } from 'vitest';
import { PeerCount } from '../../../src-main/desktop/peer-count.ts';

function open(hasBadge: boolean) {
  const calls: string[] = [];
  let title = 'Enodeck';
  const window = {
    getTitle: () => title,
    setTitle: (text: string) => {
      title = text;
      calls.push(text);
    },
  };
  const count = new PeerCount({
    setBadgeCount: (peers = 0) => {
      calls.push(`badge ${String(peers)}`);
      return hasBadge;
    },
  });
  return { count, window, calls };
}

test('the title has the number where the system has no badge, and changes only with it', () => {
  const { count, window, calls } = open(false);
  for (const peers of [undefined, 0, 0, 1, 23, 23]) count.update(window, peers);
  expect(calls).toEqual([
    ...['badge 0', 'Enodeck – not running', 'Enodeck – 0 peers'],
    ...['badge 1', 'Enodeck – 1 peer', 'badge 23', 'Enodeck – 23 peers'],
  ]);
});

test('the badge has it elsewhere, also without a window', () => {
  const { count, window, calls } = open(true);
  count.update(undefined, 4);
  count.update(window, 4);
  count.update(window, undefined);
  expect(calls).toEqual(['badge 4', 'badge 0']);
});
