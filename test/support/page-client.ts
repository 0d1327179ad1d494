import { WebSocket } from 'ws';
import type { ApiPush, ApiReply } from '../../shared/api-channels.ts';
import type {
  ApiTopics,
  RequestName,
  RequestParams,
  RequestResult,
  TopicName,
  TopicParams,
} from '../../shared/api-contract.ts';

/** A message of the node to a page. */
type ServerMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: ApiReply<unknown> }
  | { readonly type: 'push'; readonly id: number; readonly push: ApiPush };

/** Opens the page's socket, sends one message, and closes it after the first answer. */
async function exchange(url: string, token: string, message: object): Promise<ServerMessage> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, ['enodeck', `token.${token}`]);
  try {
    return await new Promise<ServerMessage>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => {
        reject(new Error(`the socket closed with ${String(code)}`));
      });
      socket.on('open', () => {
        socket.send(JSON.stringify(message));
      });
      socket.on('message', (data) => {
        resolve(JSON.parse((data as Buffer).toString()) as ServerMessage);
      });
    });
  } finally {
    socket.terminate();
  }
}

function resultOf(message: ServerMessage): unknown {
  if (message.type === 'push') return message.push.data;
  if (!message.reply.ok) throw new Error(`${message.reply.error.code}: ${message.reply.error.message}`);
  return message.reply.result;
}

/** Makes one request as a page does. Throws the error of the node. */
export async function pageRequest<Name extends RequestName>(
  url: string,
  token: string,
  name: Name,
  params: RequestParams<Name>,
): Promise<RequestResult<Name>> {
  const answer = await exchange(url, token, { type: 'request', id: 1, name, params });
  return resultOf(answer) as RequestResult<Name>;
}

/** The snapshot of a topic. */
export async function pageSnapshot<Name extends TopicName>(
  url: string,
  token: string,
  topic: Name,
  params: TopicParams<Name>,
): Promise<ApiTopics[Name]['snapshot']> {
  const answer = await exchange(url, token, { type: 'subscribe', id: 1, topic, params });
  return resultOf(answer) as ApiTopics[Name]['snapshot'];
}
