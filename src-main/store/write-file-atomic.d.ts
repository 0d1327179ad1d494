declare module 'write-file-atomic' {
  interface Options {
    readonly mode?: number;
    readonly fsync?: boolean;
    readonly chown?: { readonly uid: number; readonly gid: number };
    readonly encoding?: 'utf8';
  }
  /** Writes a temporary file, syncs it, and renames it to `file`. Calls for the same file run one after the other. */
  export default function writeFileAtomic(
    file: string,
    data: string | Uint8Array,
    options?: Options,
  ): Promise<void>;
}
