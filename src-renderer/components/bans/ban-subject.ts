import type { BanDuration } from '../../../shared/model/ban.ts';

/** The node that the user is about to ban. */
export interface BanSubject {
  /** Node ID, 64 hex digits. */
  readonly id: string;
  /** Label or client name. */
  readonly name: string | null;
  readonly ip: string | null;
  readonly port: number | null;
  readonly isStatic: boolean;
}

/** The input of the form. */
export interface BanFormDraft {
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}
