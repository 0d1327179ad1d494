import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.ts';
import { freePort } from './loopback-ports.ts';

/** Whether tests with Prometheus run: where it is installed, and always in .ci/run, which installs it. */
export const runsPrometheus =
  spawnSync('prometheus', ['--version']).status === 0 || process.env['REQUIRE_PROMETHEUS'] === '1';

/** Far shorter than in use, so that rates have values soon. */
const INTERVAL = '500ms';

/** One series of an answer: its labels, and time and value. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A Prometheus on loopback. */
export interface Prometheus {
  /** Runs a query at this moment. @throws Error with the reason of Prometheus */
  query(expression: string): Promise<readonly Series[]>;
  stop(): Promise<unknown>;
}

/** Starts a Prometheus that scrapes one target with the job `enodeck` and evaluates a file of rules. */
export async function startPrometheus(folder: string, target: URL, rulesFile: string): Promise<Prometheus> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'prometheus.json');
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, evaluation_interval: INTERVAL },
      rule_files: [rulesFile],
      scrape_configs: [
        {
          job_name: 'enodeck',
          metrics_path: target.pathname,
          static_configs: [{ targets: [target.host] }],
        },
      ],
    }),
  );
  const address = `127.0.0.1:${String(await freePort())}`;
  const child = new Child('prometheus', 'prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  await child.line(/Server is ready/);
  return {
    query: (expression) => query(`http://${address}`, expression),
    stop: () => child.stop(),
  };
}

async function query(url: string, expression: string): Promise<readonly Series[]> {
  const response = await fetch(
    `${url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`,
  );
  const answer = (await response.json()) as { data?: { result: readonly Series[] }; error?: string };
  if (answer.data === undefined) throw new Error(`${expression}: ${answer.error ?? response.statusText}`);
  return answer.data.result;
}
