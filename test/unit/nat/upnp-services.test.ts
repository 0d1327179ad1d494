import { describe, expect, test } from 'vitest';
import { servicesIn } from '../../../src-main/nat/upnp-services.ts';

const DESCRIPTION = new URL('http://192.168.1.1:5000/igd/root.xml');
const IP = 'urn:schemas-upnp-org:service:WANIPConnection:1';
const PPP = 'urn:schemas-upnp-org:service:WANPPPConnection:1';

const service = (type: string, control: string): string =>
  `<service><serviceType>${type}</serviceType><controlURL>${control}</controlURL></service>`;

const descriptionXml = (...parts: readonly string[]): string =>
  `<root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList>${parts.join('')}</serviceList></device></root>`;

const controls = (xml: string): string[] => servicesIn(xml, DESCRIPTION).map(({ control }) => control.href);

describe('the control URL of a service', () => {
  test.each([
    ['', '/ctl', '/ctl'],
    ['', 'ctl', '/igd/ctl'],
    ['<URLBase></URLBase>', '/ctl', '/ctl'],
    ['<URLBase/>', '/ctl', '/ctl'],
    ['<URLBase>  </URLBase>', 'ctl', '/igd/ctl'],
    ['<URLBase>192.168.1.1:5000</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>router:5000</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>/</URLBase>', 'ctl', '/igd/ctl'],
    ['<URLBase>/other/</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>http://</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>http://192.168.0.1:80/</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>https://192.168.1.1:5000/</URLBase>', '/ctl', '/ctl'],
    ['<URLBase>http://192.168.1.1:5000/other/</URLBase>', 'ctl', '/other/ctl'],
    ['<URLBase><![CDATA[http://192.168.1.1:5000/other/]]></URLBase>', 'ctl', '/other/ctl'],
    ['', '<![CDATA[/ctl]]>', '/ctl'],
    ['', '&#x2F;ctl', '/ctl'],
    ['', '/ctl?a=1&amp;b=2', '/ctl?a=1&b=2'],
    ['', 'http://192.168.1.1:5000/ctl', '/ctl'],
  ])('with URLBase %j and control URL %j is %s on the host of the description', (base, control, path) => {
    const xml = descriptionXml(service(IP, control)).replace('<device>', `${base}<device>`);
    expect(controls(xml)).toEqual([`http://192.168.1.1:5000${path}`]);
  });

  test('with another port in URLBase is on that port', () => {
    const xml = descriptionXml(service(IP, '/ctl')).replace(
      '<device>',
      '<URLBase>http://192.168.1.1:80/</URLBase><device>',
    );
    expect(controls(xml)).toEqual(['http://192.168.1.1/ctl']);
  });

  test.each(['', '  ', 'http://192.168.0.1/ctl', '//6.6.6.6/ctl', 'https://192.168.1.1/ctl', 'http://['])(
    'of %j is refused with its service',
    (control) => {
      expect(controls(descriptionXml(service(IP, control)))).toEqual([]);
    },
  );
});

describe('the services of a description', () => {
  test('are sorted by preference of their type, then in the order of the description', () => {
    const xml = descriptionXml(
      service(PPP, '/ppp'),
      service(IP, '/ip1'),
      service('urn:schemas-upnp-org:service:Layer3Forwarding:1', '/l3'),
      service(IP, '/ip2'),
      service(IP.replace(/1$/, '2'), '/new'),
    );
    expect(
      servicesIn(xml, DESCRIPTION).map(({ type, control }) => [type.slice(29), control.pathname]),
    ).toEqual([
      ['WANIPConnection:2', '/new'],
      ['WANIPConnection:1', '/ip1'],
      ['WANIPConnection:1', '/ip2'],
      ['WANPPPConnection:1', '/ppp'],
    ]);
  });

  test('are not those in a comment', () => {
    expect(controls(descriptionXml(`<!-- ${service(IP, '/old')} -->`, service(IP, '/ctl')))).toEqual([
      'http://192.168.1.1:5000/ctl',
    ]);
  });

  test('are without duplicates, and at most eight', () => {
    const twice = Array.from({ length: 20 }, (_, at) => service(IP, `/${String(at >> 1)}`));
    expect(controls(descriptionXml(...twice)).map((url) => url.slice(-2))).toEqual(
      Array.from({ length: 8 }, (_, at) => `/${String(at)}`),
    );
  });
});
