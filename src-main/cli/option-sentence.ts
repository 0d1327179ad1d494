/** Commander's "error: option '--port <number>' argument 'x' is invalid. REASON" as a sentence. */
export function sentence(message: string): string {
  const text = message.replace(/^error: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
