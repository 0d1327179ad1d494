import dns2 from 'dns2';
import { freePort } from './loopback-ports.ts';

const { Packet } = dns2;

/** A DNS server for TXT records on 127.0.0.1, over UDP and TCP. */
export interface TestDnsServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Names of the queries, in lower case. */
  readonly questions: string[];
  /** Texts by name; changes are effective immediately. */
  readonly zone: Map<string, string | readonly string[]>;
  close(): Promise<void>;
}

/** Characters of one string of a TXT record (RFC 1035 section 3.3.14). */
const STRING = 255;

/** Serves a zone. */
export async function serveDns(
  zone: ReadonlyMap<string, string | readonly string[]>,
): Promise<TestDnsServer> {
  const questions: string[] = [];
  // Names are not case-sensitive (RFC 1035 section 2.3.3).
  const texts = new Map([...zone].map(([name, text]) => [name.toLowerCase(), text]));
  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      const name = question?.name.toLowerCase() ?? '';
      questions.push(name);
      const text = texts.get(name);
      if (question === undefined || text === undefined) response.header.rcode = Packet.RCODE.NXDOMAIN;
      else {
        for (const each of typeof text === 'string' ? [text] : text) {
          const data = each.match(new RegExp(`.{1,${String(STRING)}}`, 'g')) ?? [''];
          response.answers.push(Packet.createResourceFromQuestion(question, { ttl: 1, data }));
        }
      }
      void send(response);
    },
  });
  // The same port for both: after a truncated response the query is repeated over TCP.
  const port = await freePort();
  await server.listen({ udp: { port, address: '127.0.0.1' }, tcp: { port, address: '127.0.0.1' } });
  return { address: `127.0.0.1:${String(port)}`, questions, zone: texts, close: () => server.close() };
}
