import type { CauseSpec } from './cause-spec.ts';

/** Why a session dropped a message. */
export const SESSION_CAUSES = {
  'message-rate-limit': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Above the message rate limit',
    meaning: 'The peer sent more messages of this class than its limit, so this one was dropped.',
  },
  'send-queue-full': {
    layer: 'p2p',
    fault: 'theirs',
    title: 'Send queue full',
    meaning: 'The peer reads more slowly than this node sends, so this message was not sent.',
  },
  'after-the-end': {
    layer: 'p2p',
    fault: 'none',
    title: 'After the end',
    meaning: 'The message arrived after the session had ended, so this node did not process it.',
  },
} as const satisfies Readonly<Record<string, CauseSpec>>;
