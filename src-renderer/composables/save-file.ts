/** Hands `text` to the browser's or the desktop window's own "save" as a file. */
export function saveFile(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  // The download has its own reference by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
