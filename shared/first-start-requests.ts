import { z } from 'zod';
import type { FirstStartFacts } from './model/first-start.ts';
import { nothing, request } from './request-spec.ts';
import { SETTINGS } from './settings-table.ts';

/* The choice at the first start of a data folder. Only the desktop window may send these requests, while the choice is open. */

/** The requests of the choice at the first start, by name. */
export const FIRST_START_REQUESTS = {
  'firstStart.facts': request<FirstStartFacts>()(nothing),
  /** Saves the choice as settings. `restarts`: the program restarts for another network; otherwise the page starts the node. */
  'firstStart.choose': request<{ readonly restarts: boolean }>()(
    z.strictObject({ network: SETTINGS.network.schema, port: SETTINGS.port.schema }),
  ),
  /** Leaves the node stopped and the settings unchanged. */
  'firstStart.skip': request<null>()(nothing),
  /** Restarts the program with the demo network; the choice stays open. */
  'firstStart.demo': request<null>()(nothing),
} as const;
