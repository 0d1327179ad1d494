/** Saves `text` as a file with the download of the browser or the desktop window. */
export function saveFile(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  // The download holds its own reference after this task.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
