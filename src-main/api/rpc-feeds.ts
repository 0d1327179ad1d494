import { z } from 'zod';
import type { ApiBackend } from './backend.ts';
import type { RpcFeedName } from './rights.ts';
import { feed, type DocumentedFeed } from './rpc-method.ts';
import { recordFeed } from './rpc-recorder.ts';
import { sessionWithText } from './rpc-why-text.ts';

const anObject = z.looseObject({});

/** Creates the subscriptions, by `namespace_name`: `enodeck_subscribe ["health"]` starts `enodeck_health`. */
export const createFeeds = (backend: ApiBackend): readonly (readonly [RpcFeedName, DocumentedFeed])[] => [
  [
    'admin_peerEvents',
    feed(
      'Peers that were added and dropped',
      [],
      z.looseObject({ type: z.string() }),
      () => (notify) => backend.onPeerEvent(notify),
    ),
  ],
  ['enodeck_records', recordFeed(backend)],
  [
    'enodeck_doctor',
    feed(
      'Reports of tests as they proceed',
      [],
      anObject,
      () => (notify) => backend.doctor.onProgress(notify),
    ),
  ],
  [
    'enodeck_health',
    feed(
      'The health list, at first and when the state of a check has changed',
      [],
      z.array(anObject),
      () => (notify) => backend.onHealth(notify),
    ),
  ],
  [
    'enodeck_sessions',
    feed(
      'Sessions that start and end',
      [],
      z.strictObject({ type: z.enum(['started', 'ended']), session: anObject }),
      () => (notify) =>
        backend.sessions.onChange((change) => {
          notify(change.type === 'ended' ? { ...change, session: sessionWithText(change.session) } : change);
        }),
    ),
  ],
];
