/*
 * Updates of the desktop application. The program asks the release page only when the user says so: it checks on request,
 * downloads on request and installs on request.
 */

/** Why a build does not update itself. */
export type UpdatesOff =
  /** It runs from a working copy, or in a browser or headless. */
  | 'not-installed'
  /** The package was built without an update feed. */
  | 'no-feed'
  /** Nothing can replace it in place: an unpacked archive, or a portable program. */
  | 'not-replaceable';

/** The step that failed. */
export type UpdateStep = 'check' | 'download';

/** Why a step failed. */
export type UpdateFailure =
  /** The release page did not answer. */
  | 'unreachable'
  /** It has no release with files for this system. */
  | 'no-release'
  /** The downloaded file is not the one that the release names, or its signature is wrong. */
  | 'not-verified'
  /** No answer or no byte came for too long. */
  | 'timeout'
  | 'other';

/** A newer version. */
export interface NewerVersion {
  /** Its version, at most 64 characters. */
  readonly version: string;
  /** Size of the download, bytes; null when the release does not name it. */
  readonly bytes: number | null;
}

/** What is known of a newer version. Times are Unix milliseconds. */
export type UpdateState =
  | { readonly kind: 'off'; readonly reason: UpdatesOff }
  /** Not checked since the start of the program. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'newest'; readonly checkedAt: number }
  | { readonly kind: 'available'; readonly update: NewerVersion; readonly checkedAt: number }
  /** `doneBytes` of `totalBytes` have come; both 0 until the first byte. */
  | {
      readonly kind: 'downloading';
      readonly update: NewerVersion;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  /** Downloaded and verified; it is installed when the user says so, and not when the program ends. */
  | { readonly kind: 'ready'; readonly update: NewerVersion }
  | { readonly kind: 'installing'; readonly update: NewerVersion }
  | {
      readonly kind: 'failed';
      readonly step: UpdateStep;
      readonly failure: UpdateFailure;
      /** The first line of the error, at most 200 characters. */
      readonly detail: string;
      /** The version that was to be downloaded; null after a failed check. */
      readonly update: NewerVersion | null;
    };
