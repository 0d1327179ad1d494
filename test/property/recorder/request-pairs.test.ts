import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { startedRecording } from '../../support/recorded-session.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const REQUEST = 16 + 0x03;
const ANSWER = 16 + 0x04;
const step = fc.record({
  isRequest: fc.boolean(),
  id: fc.nat(4),
  direction: fc.constantFrom('in' as const, 'out' as const),
});

it('every answer belongs to a request of its ID from the other side, and each request has one answer', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { recorder, rows } = startedRecording(new VirtualClock());
      const tap = recorder.connection('outbound', { ip: '127.0.0.1', port: 30_303 });
      tap.identified('11'.repeat(32));
      tap.negotiated((code) => ({ protocol: 'eth/69', name: 'message', code: code - 16 }), 'Test/v1');
      for (const { isRequest, id, direction } of steps) {
        const sizes = { wireBytes: 64, compressedBytes: null, timing: null };
        tap.message(isRequest ? REQUEST : ANSWER, { direction, payload: encodeRlp([id, []]), ...sizes });
      }
      const all = rows();
      const answers = all.filter(({ role }) => role === 'answer');
      for (const answer of answers) {
        const request = all.find(({ seq }) => seq === answer.pairSeq);
        expect(answer.answerState === 'unsolicited').toBe(request === undefined);
        if (request === undefined) continue;
        expect(request).toMatchObject({ role: 'request', requestId: answer.requestId });
        expect(request.direction).not.toBe(answer.direction);
        expect(request.seq).toBeLessThan(answer.seq);
        if (answer.answerState === 'answered') expect(request.pairSeq).toBe(answer.seq);
      }
      const answered = answers.filter(({ answerState }) => answerState === 'answered');
      expect(new Set(answered.map(({ pairSeq }) => pairSeq)).size).toBe(answered.length);
    }),
  );
});
