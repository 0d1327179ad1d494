import { describe, expect, it } from 'vitest';
import type { CauseCode, EndCode } from '../../../../shared/causes/catalogue.ts';
import type { ApiFailure } from '../../../../shared/api-channels.ts';
import type { CauseSpec, EndSpec } from '../../../../shared/causes/cause-spec.ts';
import type { DialOutcome } from '../../../../shared/model/peer.ts';
import type { NodeFailure } from '../../../../shared/model/node.ts';
import { describeCause, factsFor } from '../../../../shared/causes/facts.ts';
import { silentEnd } from '../../../../src-main/causes/end-cause.ts';
import type { EndCause, NodeEvent } from '../../../../src-main/events/events.ts';
import type { WhyControl } from '../../../../src-main/api/backend.ts';
import type { PacketCounters } from '../../../../src-main/discovery/socket/packet-counters.ts';
import type { HealthFacts } from '../../../../src-main/health/health-facts.ts';
import { ProtocolError } from '../../../../src-main/p2p/errors.ts';
import { RlpxError } from '../../../../src-main/rlpx/errors.ts';
import { EnodeckError } from '../../../../src-main/base/errors.ts';

/** Never run: the compiler checks that each marked line is an error. */
export function mistakes(why: WhyControl): unknown[] {
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
  // @ts-expect-error a typo in the reason of a counted packet
  const counted: Parameters<PacketCounters['dropped']>[0] = 'expird';
  // @ts-expect-error a typo in the code of a failed start
  const failed: Pick<NodeEvent & { phase: 'failed' }, 'code'> = { code: 'port-in-us' };
  // @ts-expect-error a typo in the code of a start that the window shows
  const start: Pick<NodeFailure, 'code'> = { code: 'port-in-us' };
  // @ts-expect-error a typo in the code of a dial
  const dial: Pick<DialOutcome, 'code'> = { code: 'conected' };
  // @ts-expect-error a typo in the code of a refused request
  const request: Pick<ApiFailure, 'code'> = { code: 'not-runing' };
  // @ts-expect-error a code that is no warning about the node key
  const warning: NonNullable<HealthFacts['keyWarnings']> = [{ code: 'bad-key-file', message: 'Message' }];
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
    counted,
    failed,
    start,
    dial,
    request,
    warning,
    spec,
    // @ts-expect-error a typo in the cause that filters nodes
    why.snapshot('1h', null, 'too-many-pears'),
    // @ts-expect-error a comparison with a code that no key warning has
    warning[0]?.code === 'key-readable',
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
