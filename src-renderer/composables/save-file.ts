/** Saves text or bytes as a file with the download of the browser or the desktop window. */
export function saveFile(fileName: string, content: string | Uint8Array<ArrayBuffer>): void {
  const isText = typeof content === 'string';
  const type = isText ? 'text/plain;charset=utf-8' : 'application/octet-stream';
  const address = URL.createObjectURL(new Blob([content], { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  // The download holds its own reference after this task.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
