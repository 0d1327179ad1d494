import { WebSocket } from 'ws';
import type { ApiReply } from '../../shared/api-channels.ts';
import type { RequestName, RequestParams, RequestResult } from '../../shared/api-contract.ts';

/** Makes one request over the socket that a page uses, and closes it again. Throws what the node refuses. */
export async function pageRequest<Name extends RequestName>(
  url: string,
  token: string,
  name: Name,
  params: RequestParams<Name>,
): Promise<RequestResult<Name>> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, ['enodeck', `token.${token}`]);
  try {
    const reply = await new Promise<ApiReply<unknown>>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => {
        reject(new Error(`the socket closed with ${String(code)}`));
      });
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'request', id: 1, name, params }));
      });
      socket.on('message', (data) => {
        const message = JSON.parse((data as Buffer).toString()) as { type: string; reply: ApiReply<unknown> };
        if (message.type === 'reply') resolve(message.reply);
      });
    });
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return reply.result as RequestResult<Name>;
  } finally {
    socket.terminate();
  }
}
