import { describe, expect, it } from 'vitest';
import type { CauseCode, EndCode } from '../../../../shared/causes/catalogue.ts';
import type { CauseSpec, EndSpec } from '../../../../shared/causes/cause-spec.ts';
import { describeCause, factsFor } from '../../../../shared/causes/facts.ts';
import { silentEnd } from '../../../../src-main/causes/end-cause.ts';
import type { EndCause, NodeEvent } from '../../../../src-main/events/events.ts';
import { ProtocolError } from '../../../../src-main/p2p/errors.ts';
import { RlpxError } from '../../../../src-main/rlpx/errors.ts';
import { EnodeckError } from '../../../../src-main/base/errors.ts';

/** Never run: the compiler checks that each marked line is an error. */
export function mistakes(): unknown[] {
  // @ts-expect-error a typo in a code
  const code: CauseCode = 'too-many-pears';
  // @ts-expect-error a code that cannot end a connection
  const end: EndCode = 'expired';
  // @ts-expect-error a typo in the code of a cause
  const cause: Pick<EndCause, 'code'> = { code: 'wrong-netwrok' };
  // @ts-expect-error a typo in the reason of an event
  const refused: Pick<NodeEvent & { type: 'dial/refused' }, 'reason'> = { reason: 'baned' };
  // @ts-expect-error a typo in the reason of a dropped packet
  const dropped: Pick<NodeEvent & { type: 'discovery/dropped' }, 'reason'> = { reason: 'expird' };
  // @ts-expect-error an end without policy
  const spec: EndSpec = {
    layer: 'p2p',
    fault: 'ours',
    title: 'Title',
    meaning: 'Meaning.',
  } satisfies CauseSpec;
  return [
    code,
    end,
    cause,
    refused,
    dropped,
    spec,
    // @ts-expect-error a typo in the code of an error
    new EnodeckError('network', 'time-out', 'No answer'),
    // @ts-expect-error a code that is not one of RLPx
    new RlpxError('wrong-network'),
    // @ts-expect-error a typo in a fact
    new RlpxError('handshake-too-large', { sise: 5 }),
    // @ts-expect-error a missing fact
    new ProtocolError('wrong-version', { theirs: 68 }),
    // @ts-expect-error facts left out
    new ProtocolError('status-missing'),
    // @ts-expect-error a value that has no text
    factsFor('wrong-network', { theirs: '1', ours: '5', genesis: 'unknown' }),
    // @ts-expect-error a fact of another code
    silentEnd('local', 'connect', 'too-many-pending', { ban: 'node' }),
  ];
}

describe('the arguments of a cause', () => {
  it('are its code and the facts that its sentence names', () => {
    expect(describeCause('already-connected')).toEqual({ code: 'already-connected', params: {} });
    expect(describeCause('wrong-version', { theirs: 68, ours: 69 })).toEqual({
      code: 'wrong-version',
      params: { theirs: 68, ours: 69 },
    });
    expect(describeCause('wrong-version', null).params).toEqual({});
  });
});
