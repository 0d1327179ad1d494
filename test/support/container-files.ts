import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** The root of the repository, which is the context of the image's build. */
export const CONTEXT = resolve(import.meta.dirname, '../..');
/** The folder of the Dockerfile and the example. */
export const DOCKER_FOLDER = join(CONTEXT, 'build/docker');

/** An instruction of the Dockerfile: `COPY`, `a b ./`. */
export interface Instruction {
  readonly name: string;
  readonly args: string;
}

/** A stage of the Dockerfile: its instructions without FROM. */
export interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly steps: readonly Instruction[];
}

/** A COPY. */
export interface Copy {
  /** The stage that it copies from; undefined: the context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** A service of the example. */
export interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
}

/** The example: build/docker/compose.yml. */
export interface Compose {
  readonly services: Readonly<Record<'enodeck' | 'geth' | 'prometheus' | 'grafana', Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

/** build/docker/prometheus.yml. */
export interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

const read = (file: string): string => readFileSync(join(CONTEXT, file), 'utf8');

/** The stages of build/docker/Dockerfile; the last one is the image. */
export function dockerStages(): readonly Stage[] {
  const steps = read('build/docker/Dockerfile')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line): Instruction => {
      const [, name = '', args = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, args };
    });
  const starts = steps.flatMap(({ name }, at) => (name === 'FROM' ? [at] : []));
  return starts.map((start, at) => {
    const [, from = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(steps[start]?.args ?? '') ?? [];
    return { from, name, steps: steps.slice(start + 1, starts[at + 1]) };
  });
}

/** The value of ARG NODE: the image that all stages begin with. */
export const baseImage = (): string => /^ARG NODE=(\S+)$/m.exec(read('build/docker/Dockerfile'))?.[1] ?? '';

/** The COPY instructions of a stage. */
export function copiesOf({ steps }: Stage): readonly Copy[] {
  return steps
    .filter(({ name }) => name === 'COPY')
    .map(({ args }) => {
      const words = args.split(/\s+/);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const paths = words.filter((word) => !word.startsWith('--'));
      return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
    });
}

/** The variables of ENV in a stage. */
export function variablesOf({ steps }: Stage): Record<string, string> {
  const pairs = steps
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ args }) => args.split(/\s+/).map((pair) => pair.split('=') as [string, string]));
  return Object.fromEntries(pairs);
}

/** The names that .dockerignore leaves in the context; undefined when it does not start by ignoring everything. */
export function sentNames(): readonly string[] | undefined {
  const [first, ...others] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return first === '*' ? others.map((line) => line.replace(/^!/, '')) : undefined;
}

/** build/docker/compose.yml, with each variable `${NAME:-default}` or `${NAME:?…}` filled. */
export function readCompose(values: Readonly<Record<string, string>>): Compose {
  const text = read('build/docker/compose.yml').replaceAll(
    /\$\{(\w+):([-?])([^}]*)\}/g,
    (_whole, name: string, kind: string, rest: string) => values[name] ?? (kind === '-' ? rest : ''),
  );
  return parse(text) as Compose;
}

/** The configuration of the example's Prometheus. */
export const readPrometheusConfig = (): PrometheusConfig =>
  parse(read('build/docker/prometheus.yml')) as PrometheusConfig;

/** The objects of the Kubernetes manifest in docs/operate.md. */
export function kubernetesObjects(): readonly Readonly<Record<string, unknown>>[] {
  const blocks = [...read('docs/operate.md').matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  return blocks
    .filter((text) => text.includes('apiVersion:'))
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>));
}
