import { z } from 'zod';
import type { PeerEvent } from '../events/peer-events.ts';
import type { ApiBackend } from './backend.ts';
import type { RpcFeedName } from './rights.ts';
import { healthCheck } from './results/node-results.ts';
import { pastSession, sessionStart } from './results/peer-results.ts';
import { resultOf } from './results/result-schema.ts';
import { doctorReport } from './results/tool-results.ts';
import { feed, type DocumentedFeed } from './rpc-method.ts';
import { recordFeed } from './rpc-recorder.ts';
import { sessionWithText } from './rpc-why-text.ts';

const sessionChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), session: sessionStart }),
  z.strictObject({ type: z.literal('ended'), session: pastSession }),
]);
/** As geth's PeerEvent: empty members are absent. */
const peerEvent = resultOf<PeerEvent>()(
  z.strictObject({
    type: z.enum(['add', 'drop', 'msgsend', 'msgrecv']),
    peer: z.string(),
    error: z.string().exactOptional(),
    protocol: z.string().exactOptional(),
    msg_code: z.int().exactOptional(),
    msg_size: z.int().exactOptional(),
    local: z.string().exactOptional(),
    remote: z.string().exactOptional(),
  }),
);

/** Creates the subscriptions, by `namespace_name`: `enodeck_subscribe ["health"]` starts `enodeck_health`. */
export const createFeeds = (backend: ApiBackend): readonly (readonly [RpcFeedName, DocumentedFeed])[] => [
  [
    'admin_peerEvents',
    feed('Peers that were added and dropped', [], peerEvent, () => (notify) => backend.onPeerEvent(notify)),
  ],
  ['enodeck_records', recordFeed(backend)],
  [
    'enodeck_doctor',
    feed(
      'Reports of tests as they proceed',
      [],
      doctorReport,
      () => (notify) => backend.doctor.onProgress(notify),
    ),
  ],
  [
    'enodeck_health',
    feed(
      'The health list, at first and when the state of a check has changed',
      [],
      z.array(healthCheck),
      () => (notify) => backend.onHealth(notify),
    ),
  ],
  [
    'enodeck_sessions',
    feed(
      'Sessions that start and end',
      [],
      sessionChange,
      () => (notify) =>
        backend.sessions.onChange((change) => {
          notify(change.type === 'ended' ? { ...change, session: sessionWithText(change.session) } : change);
        }),
    ),
  ],
];
