import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpAnswerError, HttpAnswerReader, type HttpAnswer } from '../../../src-main/nat/http-answer.ts';
import { descriptionIn } from '../../../src-main/nat/ssdp.ts';
import { servicesIn } from '../../../src-main/nat/upnp-services.ts';
import { parseXml, textIn, XmlError } from '../../../src-main/nat/xml.ts';

const HOST = new URL('http://192.168.1.1:5000/root.xml');

/** A description like that of miniupnpd. */
const DESCRIPTION = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0" configId="1337"><specVersion><major>1</major><minor>1</minor></specVersion>
<URLBase>http://192.168.1.1:5000</URLBase><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<friendlyName>A &amp; B <![CDATA[router]]></friendlyName><!-- <service/> --><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/ctl/L3F</controlURL></service></serviceList>
<deviceList><device><deviceList><device><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>
<SCPDURL>/WANIPCn.xml</SCPDURL><controlURL>&#x2F;ctl/IPConn</controlURL></service></serviceList></device></deviceList></device></deviceList></device></root>`;

const ANSWER = Buffer.from(
  `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer : x\r\n  y\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n` +
    `5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
);

const SEARCH_ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: ${HOST.href}\r\nST: upnp:rootdevice\r\n\r\n`,
);

/** Bytes with random replacements, deletions and insertions. */
const mutated = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: 2 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((changes) => {
      const result = [...bytes];
      for (const [at, value, kind] of changes) {
        if (kind === 0) result[at % result.length] = value;
        else if (kind === 1) result.splice(at, value);
        else result.splice(at, 0, value, value);
      }
      return Uint8Array.from(result);
    });

const noise = fc.uint8Array({ maxLength: 400 });

function readAll(bytes: Uint8Array, sizes: readonly number[]): HttpAnswer | HttpAnswerError {
  const reader = new HttpAnswerReader(500);
  try {
    let at = 0;
    for (let piece = 0; at < bytes.length; piece++) {
      const size = sizes[piece % sizes.length] ?? bytes.length;
      const answer = reader.push(bytes.subarray(at, at + size));
      if (answer !== undefined) return answer;
      at += size;
    }
    return reader.end();
  } catch (error) {
    if (error instanceof HttpAnswerError) return error;
    throw error;
  }
}

test('random bytes and mutated HTTP responses throw only HttpAnswerError', () => {
  fc.assert(
    fc.property(fc.oneof(noise, mutated(ANSWER), mutated(ANSWER)), (bytes) => {
      readAll(bytes, [bytes.length]);
    }),
    { numRuns: 1_000 },
  );
});

test('a response is the same in pieces of any size', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(fc.constant(ANSWER), mutated(ANSWER)), sizes, (bytes, pieces) => {
      const whole = readAll(bytes, [bytes.length]);
      const inPieces = readAll(bytes, pieces);
      if (whole instanceof HttpAnswerError) expect(inPieces).toMatchObject({ code: whole.code });
      else expect(inPieces).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
  expect(readAll(ANSWER, [1])).toMatchObject({
    status: 200,
    body: Uint8Array.from(Buffer.from('hello world')),
  });
});

test('mutated descriptions throw only XmlError, and have no services on other hosts', () => {
  const bytes = Buffer.from(DESCRIPTION);
  expect(servicesIn(DESCRIPTION, HOST).map(({ control }) => control.pathname)).toEqual(['/ctl/IPConn']);
  fc.assert(
    fc.property(fc.oneof(noise, mutated(bytes), mutated(bytes)), (changed) => {
      try {
        for (const { control } of servicesIn(new TextDecoder().decode(changed), HOST))
          expect(control.hostname).toBe(HOST.hostname);
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('any text is decoded, escaped, as references or in CDATA', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\0\r]/.test(text));
  fc.assert(
    fc.property(words, (text) => {
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const references = Array.from(
        text,
        (character) => `&#x${character.codePointAt(0)!.toString(16)};`,
      ).join('');
      const cdata = `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
      for (const written of [escaped, references, cdata])
        expect(textIn(parseXml(`<a>${written}</a>`), 'a')).toBe(text.trim());
    }),
  );
});

test('mutated answers to a search have a URL on the host of the sender, or none', () => {
  expect(descriptionIn(SEARCH_ANSWER, HOST.hostname)?.href).toBe(HOST.href);
  fc.assert(
    fc.property(fc.oneof(noise, mutated(SEARCH_ANSWER)), (bytes) => {
      const url = descriptionIn(bytes, HOST.hostname);
      if (url !== undefined) expect(url.hostname).toBe(HOST.hostname);
    }),
    { numRuns: 500 },
  );
});
