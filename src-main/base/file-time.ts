/** A time as part of a file name, UTC: `2026-11-28T18-05-00`. @param at Unix milliseconds */
export function fileTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
}
