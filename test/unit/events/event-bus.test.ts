import { describe, expect, test } from 'vitest';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { logEvents } from '../../../src-main/events/event-log.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { fakeNode } from '../../support/nodes.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const phase: NodeEvent = { type: 'node/phase', phase: 'running' };

describe('the event bus', () => {
  test('delivers events with the time to each subscriber until it unsubscribes', async () => {
    const clock = new VirtualClock(1_000);
    const bus = new EventBus(clock, recordedLog().logger);
    const received: [string, number][] = [];
    const end = bus.subscribe((event, at) => received.push([event.type, at]));
    bus.emit(phase);
    await clock.advance(500);
    bus.emit(phase);
    end();
    bus.emit(phase);
    expect(received).toEqual([
      ['node/phase', 1_000],
      ['node/phase', 1_500],
    ]);
  });

  test('logs the error of a listener and delivers to the others', () => {
    const { logger, lines } = recordedLog();
    const bus = new EventBus(new VirtualClock(), logger);
    let received = 0;
    bus.subscribe(() => {
      throw new Error('the error');
    });
    bus.subscribe(() => (received += 1));
    bus.emit(phase);
    expect(received).toBe(1);
    expect(lines[0]).toMatchObject({ level: 'error', fields: { reason: 'the error' } });
  });

  test('has the cause and the reason on the wire in one log line', () => {
    const { logger, lines } = recordedLog();
    const bus = new EventBus(new VirtualClock(), logger);
    logEvents(bus, logger);
    bus.emit({
      type: 'dial/ended',
      node: fakeNode(new Uint8Array(32)),
      kind: 'static',
      durationMs: 1,
      cause: {
        code: 'wrong-network',
        params: { theirs: '5', ours: '1', genesis: 'same' },
        by: 'remote',
        stage: 'status',
        disconnectReason: 'subprotocol error',
      },
    });
    expect(lines).toMatchObject([
      {
        level: 'info',
        module: 'test/dial',
        fields: { cause: 'wrong-network', wire: 'subprotocol error', by: 'remote' },
      },
    ]);
  });
});
