/** The colour of how a session ended: wrongs red, silence and quarrels amber, the usual life of the network quiet. */
export function sessionTone(code: string): string {
  if (/breach|invalid|mismatch|malformed|bad-|unexpected/.test(code)) return 'var(--bad)';
  if (/time-?out|timed-out|silent|reset|lost|useless|banned|limit/.test(code)) return 'var(--warn)';
  return 'var(--line-strong)';
}
