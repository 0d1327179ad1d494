import { describe, expect, test } from 'vitest';
import { traceWithText, whyWithText } from '../../../src-main/api/rpc-why-text.ts';
import { causeOf, numbered, ProgressWorld } from '../../support/progress-world.ts';

/** A world with one node that is full and one that does not answer. */
function world(): ProgressWorld {
  const made = new ProgressWorld();
  made.ready(numbered(1, 'ours'));
  made.dial(numbered(1, 'ours'), causeOf('too-many-peers', { disconnectReason: 'too many peers' }));
  return made;
}

describe('the texts for scripts', () => {
  test('of a funnel have title, meaning and side of each cause, sentences of the figures, and what happens next', () => {
    const made = world();
    const snapshot = made.funnel.why('1h', null, null);
    expect(whyWithText(snapshot, made.clock.now())).toMatchObject({
      span: '1h',
      statements: [{ code: 'loss' }, { code: 'cause' }, { code: 'inbound' }],
      meaning: [
        'In the last hour, the one node that completed the RLPx handshake did not exchange Hello.',
        'It was full and reported it; nothing is wrong on this side, and a later attempt may succeed.',
        expect.stringContaining('No node connected to us') as string,
      ],
      nodes: [{ code: 'too-many-peers', title: 'Too many peers', next: { code: 'advice' } }],
    });
    expect(whyWithText(snapshot, made.clock.now())).toMatchObject({
      nodes: [{ now: 'Ask its operator to add our enode URL to the trusted nodes' }],
      steps: expect.arrayContaining([
        expect.objectContaining({
          step: 'hello',
          causes: [
            expect.objectContaining({ code: 'too-many-peers', title: 'Too many peers', fault: 'none' }),
          ],
        }),
      ]) as unknown,
    });
  });

  test('of a trace have the detail of each step, the sentence of the cause and of each outcome', () => {
    const made = world();
    const trace = made.funnel.trace(numbered(1).idHex);
    const at = made.clock.now();
    const earlier = [{ at, code: 'connected', by: null, direction: 'inbound' } as const];
    expect(traceWithText({ ...trace, earlier }, at)).toMatchObject({
      cause: { code: 'too-many-peers', title: 'Too many peers', message: 'Too many peers', fault: 'none' },
      steps: [
        { step: 'found', detail: 'Neighbors of aaaa…aaaa' },
        { step: 'bonded', detail: 'answered from 10.0.1.1' },
        { step: 'record', detail: 'sequence number 1' },
        { step: 'fork' },
        { step: 'dialled', detail: '10.0.1.1:30303' },
        { step: 'encrypted', detail: 'outbound' },
        { step: 'hello', detail: 'Too many peers' },
        { step: 'status', detail: null },
        { step: 'session', detail: null },
      ],
      now: 'Ask its operator to add our enode URL to the trusted nodes',
      earlier: [{ code: 'connected', message: 'Connected, inbound' }],
    });
  });
});
