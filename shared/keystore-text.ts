/** Whether the text of a key file is a keystore (JSON), not hex digits. */
export function isKeystoreText(text: string): boolean {
  return text.trimStart().startsWith('{');
}
