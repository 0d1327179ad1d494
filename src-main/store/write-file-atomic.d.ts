declare module 'write-file-atomic' {
  interface Options {
    readonly mode?: number;
    readonly fsync?: boolean;
    readonly encoding?: 'utf8';
  }
  /** Writes beside the file, fsyncs, renames over it; calls for one file wait for each other. */
  export default function writeFileAtomic(
    file: string,
    data: string | Uint8Array,
    options?: Options,
  ): Promise<void>;
}
