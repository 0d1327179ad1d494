import type { SessionControl, WhyControl } from '../api/backend.ts';
import { ApiError } from '../api/api-error.ts';

const notYet = (): Promise<never> => Promise.reject(new ApiError('not-running', 'This is not wired yet.'));

/** Stands in until the session history is wired. */
export const noSessions: SessionControl = { page: notYet, export: notYet };

/** Stands in until the journeys are wired. */
export const noWhy: WhyControl = {
  snapshot: (span) => ({ span, steps: [], meaning: [], focus: 'found', nodes: [], total: 0 }),
  trace: (node) => {
    throw new ApiError('invalid-node', `Nothing is known of ${node.slice(0, 64)} yet.`);
  },
};
