interface Answer<T> {
  readonly result?: T;
  readonly error?: { readonly code: number; readonly message: string };
}

/** One JSON-RPC call over HTTP. Throws the error of the server. */
export async function jsonRpc<T>(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  token?: string,
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method}: HTTP ${String(response.status)}`);
  const answer = (await response.json()) as Answer<T>;
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result as T;
}
