import type { BanDuration } from '../../../shared/model/ban.ts';

/** A node that a person is about to ban, as far as it is known. */
export interface BanSubject {
  /** Node ID, 64 hex digits. */
  readonly id: string;
  /** What it is called: a label, or the client's name. */
  readonly name: string | null;
  readonly ip: string | null;
  readonly port: number | null;
  readonly isStatic: boolean;
}

/** What the form hands over. */
export interface BanFormDraft {
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}
