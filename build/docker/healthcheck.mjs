/*
 * Asks the node in this container a probe, `/healthz` unless an argument names another (`/readyz`): exit code 0 when it
 * answers 200, else 1. Docker shows the printed line. Address and port of the page are read from the variables of the node.
 */

/** Shorter than the time limit of the health check, so that it prints a reason, milliseconds. */
const TIMEOUT_MS = 4_000;

/** A page that listens on all interfaces is asked on loopback. */
const LOOPBACK = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const [path = '/healthz'] = process.argv.slice(2);
const listening = process.env.ENODECK_HTTP_ADDR || '127.0.0.1';
const address = LOOPBACK[listening] ?? listening;
const host = address.includes(':') ? `[${address}]` : address;
const url = `http://${host}:${process.env.ENODECK_HTTP_PORT || '8546'}${path}`;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  process.stdout.write(`${await response.text()}\n`);
  process.exitCode = response.status === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
