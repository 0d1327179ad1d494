/*
 * Asks the node in this container for its health list, by `enodeck_health` over its IPC socket: that needs neither port nor
 * token, and works with and without TLS. Exit code 0 when the node answers, else 1; with the argument `ready` 0 when it also
 * runs and no line of the list is bad. Docker shows the printed lines: those that are not good. The socket is found by the
 * variables of the node.
 */
import { connect } from 'node:net';
import { basename, join } from 'node:path';

/** Shorter than the time limit of the health check, so that it prints a reason, milliseconds. */
const TIMEOUT_MS = 4_000;
/** BOUNDED: characters of the answer. */
const MAX_ANSWER = 1_000_000;
const CALL = { jsonrpc: '2.0', id: 1, method: 'enodeck_health', params: [] };

const { ENODECK_DATADIR: folder = '/data', ENODECK_IPCPATH: name = 'enodeck.ipc' } = process.env;
const path = basename(name) === name ? join(folder, name) : name;
const socket = connect(path);
const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), TIMEOUT_MS);
let answer = '';

socket.setEncoding('utf8');
socket.on('connect', () => socket.write(JSON.stringify(CALL)));
socket.on('error', (error) => end(1, `${path}: ${error.message}`));
socket.on('close', () => end(1, `${path}: closed without an answer`));
socket.on('data', (text) => {
  answer += text;
  const read = parsed(answer);
  if (read !== undefined) judge(read);
  else if (answer.length > MAX_ANSWER) socket.destroy(new Error('the answer is too long'));
});

/** @returns undefined while the text is not whole */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judge({ result, error }) {
  if (!Array.isArray(result)) return end(1, `${path}: ${error?.message ?? 'the answer has no health list'}`);
  const lines = result.filter(({ state }) => state !== 'good');
  const text = lines.map(({ state, title, evidence }) => `${state}: ${title} (${evidence})`);
  // The list of a node that does not run begins with the line `node`.
  const isReady = !lines.some(({ id, state }) => id === 'node' || state === 'bad');
  return end(process.argv[2] === 'ready' && !isReady ? 1 : 0, text.join('\n') || 'good');
}

function end(code, text) {
  clearTimeout(timer);
  socket.removeAllListeners('close').destroy();
  if (process.exitCode !== undefined) return;
  process.exitCode = code;
  process.stdout.write(`${text}\n`);
}
