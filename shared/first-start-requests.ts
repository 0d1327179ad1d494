import { z } from 'zod';
import type { FirstStartFacts } from './model/first-start.ts';
import { request } from './request-spec.ts';
import { NETWORK_CHOICES } from './settings/network.ts';

/* The choice at the first start of a data folder. Only the desktop window may send these requests, and only while it is open. */

/** The requests of the choice at the first start, by name. */
export const FIRST_START_REQUESTS = {
  'firstStart.facts': request<FirstStartFacts>()(z.strictObject({})),
  /** Saves the choice as settings. `restarts`: the program restarts for another network; otherwise the page starts the node. */
  'firstStart.choose': request<{ readonly restarts: boolean }>()(
    z.strictObject({ network: z.enum(NETWORK_CHOICES), port: z.int().min(0).max(65_535) }),
  ),
  /** Leaves the node stopped and the settings unchanged. */
  'firstStart.skip': request<null>()(z.strictObject({})),
  /** Restarts the program with the demo network; the choice stays open. */
  'firstStart.demo': request<null>()(z.strictObject({})),
} as const;
