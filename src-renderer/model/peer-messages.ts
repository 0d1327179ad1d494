import { formatBytes } from '../../shared/format.ts';
import type { MessageCount } from '../../shared/model/peer.ts';
import { formatCount, formatPerSecond, formatSpan } from './format.ts';

/** What the table of messages shows of each message. */
export const MESSAGE_FIGURES = ['count', 'bytes', 'rate', 'last'] as const;

/** One of MESSAGE_FIGURES. */
export type MessageFigure = (typeof MESSAGE_FIGURES)[number];

/** The messages of one protocol. */
export interface MessageGroup {
  readonly protocol: string;
  readonly list: readonly MessageCount[];
}

/** Messages by protocol, p2p last; the most frequent first within a protocol. */
export function messageGroups(messages: readonly MessageCount[]): readonly MessageGroup[] {
  const byProtocol = new Map<string, MessageCount[]>();
  for (const message of messages)
    byProtocol.set(message.protocol, [...(byProtocol.get(message.protocol) ?? []), message]);
  return [...byProtocol]
    .sort(([a], [b]) => (a === 'p2p' ? 1 : 0) - (b === 'p2p' ? 1 : 0))
    .map(([protocol, list]) => ({ protocol, list: list.sort((a, b) => b.in + b.out - a.in - a.out) }));
}

/** A figure of a message in one direction; – for a message that was not seen. @param now Unix milliseconds */
export function messageFigure(
  message: MessageCount,
  direction: 'in' | 'out',
  figure: MessageFigure,
  now: number,
): string {
  const isIn = direction === 'in';
  const lastAt = isIn ? message.lastInAt : message.lastOutAt;
  switch (figure) {
    case 'count':
      return formatCount(message[direction]);
    case 'bytes':
      return formatBytes(isIn ? message.bytesIn : message.bytesOut);
    case 'rate':
      return formatPerSecond(isIn ? message.rateIn : message.rateOut);
    case 'last':
      return lastAt === null ? '–' : formatSpan(Math.max(0, now - lastAt));
  }
}
