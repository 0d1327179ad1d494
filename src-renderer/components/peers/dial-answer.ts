/** The latest dial that the user asked for in a view, and how it ended. */
export interface DialAnswer {
  /** Node ID. */
  readonly id: string;
  readonly state: 'dialing' | 'connected' | 'refused';
  /** Why there is no session; empty otherwise. */
  readonly reason: string;
}
