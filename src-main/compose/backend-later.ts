import type { SessionControl } from '../api/backend.ts';
import { ApiError } from '../api/api-error.ts';

const notYet = (): Promise<never> => Promise.reject(new ApiError('not-running', 'This is not wired yet.'));

/** Stands in until the session history is wired. */
export const noSessions: SessionControl = { page: notYet, export: notYet };
