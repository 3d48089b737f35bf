import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../engine/config.ts';
import { judgeSettings } from '../engine/store/counters/redis-connection.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile_inline: string };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly command?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly refId?: string; readonly expr: string }[];
  }[];
}

/** A check of the file, by its text: what is wrong, sentence by sentence. */
type Check = (text: string) => string[];

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

/** What compose replaces in values: `$$`, `${NAME}` and `${NAME` with `:-`, `:?` and the like. */
const variables = /\$\$|\$\{(?<name>\w+)(?<rest>[^}]*)\}|\$(?<bare>\w+)/g;

/** Settings that hold a secret, by their names. */
const secretName = /PASSWORD|TOKEN|SECRET|KEY|AUTH/;

/** The file as compose sees it, each secret set to 64 hexadecimal digits. */
function load(source: string): Compose {
  const resolved = source.replace(variables, (match) => (match === '$$' ? '$' : 'c0de'.repeat(16)));
  return parse(resolved, { merge: true }) as Compose;
}

/** The file with one part of it replaced by something wrong. */
function broken(part: string, wrong: string): string {
  expect(text).toContain(part);
  return text.replaceAll(part, wrong);
}

/** How a secret is named in the file, or how it should not be. */
const variable = (name: string, rest = ':?is not set'): string => `\${${name}${rest}}`;

const isMizan = ({ environment = {} }: Service): boolean => 'MIZAN_ROLES' in environment;

const mizanServices = (compose: Compose): [string, Service][] =>
  Object.entries(compose.services).filter(([, service]) => isMizan(service));

/** The schema of the specification, which the linter `dclint` brings along. */
const schemaFile = join(root, 'node_modules/dclint/schemas/compose.schema.json');

const schemaCheck: Check = (source) => {
  const { $schema: _draft, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<
    string,
    unknown
  >;
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  validate(load(source));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

/** Passwords stand in the environment only, and a missing one stops compose instead of being guessed. */
const secretsCheck: Check = (source) => {
  const wrong: string[] = [];
  for (const { 0: match, groups } of source.matchAll(variables)) {
    if (match !== '$$' && !/^:\?.+/.test(groups?.rest ?? '')) wrong.push(`${match} has no :?message`);
  }
  const raw = parse(source.replace(variables, '<$<name>>'), { merge: true }) as Compose;
  const isVariable = (value: unknown): boolean => /^<\w+>$/.test(String(value));
  for (const [name, { environment = {} }] of Object.entries(raw.services)) {
    for (const [key, value] of Object.entries(environment)) {
      const literal = secretName.test(key) && !isVariable(value);
      const userInfo = /:\/\/[^/@]*:(?<password>[^/@]*)@/.exec(String(value))?.groups;
      if (literal || (userInfo && !isVariable(userInfo.password))) wrong.push(`${name}: ${key} is literal`);
    }
  }
  const password = redisSettings(raw).get('requirepass');
  if (!isVariable(password)) wrong.push(`redis: requirepass ${password} is literal`);
  return wrong;
};

function redisSettings({ services, configs }: Compose): Map<string, string> {
  const { command = [], configs: mounts = [] } = services.redis!;
  const source = mounts.find(({ target }) => target === command[1])?.source ?? '';
  const lines = (configs[source]?.content ?? '').split('\n').filter((line) => /^[a-z]/.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

const redisCheck: Check = (source) => {
  const compose = load(source);
  const { REDISCLI_AUTH: password } = compose.services.redis!.environment!;
  const settings = redisSettings(compose);
  const health = settings.get('requirepass') === password ? [] : ['the health check has another password'];
  return [...judgeSettings(settings), ...health];
};

/** The program's own reader accepts what each role is given, and knows every name. */
const settingsCheck: Check = (source) => {
  const reader = readFileSync(join(root, 'engine/config.ts'), 'utf8');
  const known = [...reader.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name);
  return mizanServices(load(source)).flatMap(([name, { environment = {} }]) => {
    const unknown = Object.keys(environment).filter((key) => !known.includes(key));
    const texts = Object.entries(environment).map(([key, value]) => [key, String(value)]);
    const config = readConfig(Object.fromEntries(texts));
    const refused = config.ok ? [] : config.error;
    return [...unknown.map((key) => `${key} is not known`), ...refused].map((line) => `${name}: ${line}`);
  });
};

const rolesCheck: Check = (source) => {
  const all = ['DATABASE_URL', 'CLICKHOUSE_URL', 'REDIS_URL'];
  const needs: Readonly<Record<string, string[]>> = { radius: ['REDIS_URL'], api: all, worker: all };
  const services = mizanServices(load(source));
  const wrong = services.flatMap(([name, { environment = {}, image, volumes = [] }]) => {
    const lacking = [...(needs[name] ?? []), 'MIZAN_KEY'].filter((key) => environment[key] === undefined);
    if (environment.MIZAN_ROLES !== name) lacking.push(`MIZAN_ROLES=${name}`);
    if (image !== services[0]?.[1].image) lacking.push('the common image');
    if (!volumes.includes(`${name}-data:/data`)) lacking.push('a data folder of its own');
    return lacking.map((what) => `${name} lacks ${what}`);
  });
  const missing = Object.keys(needs).filter((role) => !services.some(([name]) => name === role));
  return [...wrong, ...missing.map((role) => `${role} is missing`)];
};

/** What the image is built from is there, and what the program reads beside its code is in it. */
const imageCheck: Check = (source) => {
  const [, { build }] = mizanServices(load(source))[0]!;
  const copies = (stage: string): string[] =>
    [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));
  const stages = (build?.dockerfile_inline ?? '').split(/^(?=FROM )/m);
  const missing = stages.flatMap(copies).filter((path) => !existsSync(join(root, path)));
  const kept = copies(stages.at(-1)!);
  const needed = ['package.json', 'package-lock.json', 'schemas', 'panel/assets'];
  return [
    ...missing.map((path) => `${path} is copied but not there`),
    ...needed.filter((path) => !kept.includes(path)).map((path) => `${path} is not in the image`),
  ];
};

/** Mounts, volumes and services that are named exist, what is declared is used, and waiting has an end. */
const referencesCheck: Check = (source) => {
  const { services, volumes, configs } = load(source);
  const wrong: string[] = [];
  const unused = new Set([...Object.keys(volumes), ...Object.keys(configs)]);
  for (const [name, service] of Object.entries(services)) {
    const used = (service.volumes ?? []).map((mount) => mount.split(':')[0]!);
    for (const { source: config } of service.configs ?? []) used.push(config);
    for (const what of used) {
      if (!(what in volumes || what in configs)) wrong.push(`${name} mounts ${what}, which is not there`);
      unused.delete(what);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const checked = condition !== 'service_healthy' || services[other]?.healthcheck !== undefined;
      if (!(other in services && checked)) wrong.push(`${name} waits for ${other} in vain`);
    }
    if (service.healthcheck === undefined) wrong.push(`${name} has no health check`);
    // Compose copies such a file into the container, which a read-only one refuses (docker/compose#12031).
    if (service.read_only && service.configs) wrong.push(`${name} is read-only and has configs`);
  }
  return [...wrong, ...[...unused].map((what) => `${what} is declared and not used`)];
};

/** RADIUS alone is open: TCP is published on, or listens on, 127.0.0.1, and UDP is not published (NAT hides the NAS). */
const networkCheck: Check = (source) => {
  const { services } = load(source);
  const wrong = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port)).map((port) => `${name} publishes ${port}`),
  );
  const onHost = Object.keys(services).filter((name) => services[name]!.network_mode === 'host');
  const loopback: Readonly<Record<string, boolean>> = {
    radius: services.radius!.environment!.HTTP_HOST === '127.0.0.1',
    prometheus: services.prometheus!.command!.includes('--web.listen-address=127.0.0.1:9090'),
    grafana: services.grafana!.environment!.GF_SERVER_HTTP_ADDR === '127.0.0.1',
  };
  if (!onHost.includes('radius')) wrong.push('radius does not see the addresses of the NAS');
  return [
    ...wrong,
    ...onHost.filter((name) => !loopback[name]).map((name) => `${name} listens to everybody`),
  ];
};

/** Prometheus asks every role where it listens, and on the host where it can be reached. */
const scrapeCheck: Check = (source) => {
  const { services, configs } = load(source);
  const file = parse(configs['prometheus.yml']!.content) as {
    rule_files: string[];
    scrape_configs: { static_configs: { targets: string[]; labels: { role: string } }[] }[];
  };
  const asked = file.scrape_configs.flatMap(({ static_configs }) =>
    static_configs.map(({ targets, labels }) => `${labels.role} ${targets.join()}`),
  );
  const mounted = (services.prometheus!.configs ?? []).map(({ target }) => target);
  const roles = mizanServices({ services, configs, volumes: {} });
  const unreachable = roles.filter(([name, { environment, network_mode, ports = [] }]) => {
    const port = environment!.HTTP_PORT;
    const isOpen = network_mode === 'host' || ports.includes(`127.0.0.1:${port}:${port}`);
    return !isOpen || !asked.includes(`${name} 127.0.0.1:${port}`);
  });
  return [
    ...file.rule_files.filter((path) => !mounted.includes(path)).map((path) => `${path} is not mounted`),
    ...unreachable.map(([name]) => `${name} is not asked`),
    ...(asked.length === roles.length ? [] : ['Prometheus asks somebody else']),
  ];
};

/** The names of the metrics that the program registers, histograms with their series. */
function registeredMetrics(): Set<string> {
  const names = new Set<string>();
  for (const path of globSync('engine/**/*-metrics.ts', { cwd: root })) {
    const code = readFileSync(join(root, path), 'utf8');
    for (const [, name] of code.matchAll(/\b(mizan_\w+)\b/g)) names.add(name!);
    for (const [, name] of code.matchAll(/new (?:Tallied)?Histogram\(\{\s*name: '(mizan_\w+)'/g)) {
      names.delete(name!);
      for (const series of ['bucket', 'sum', 'count']) names.add(`${name}_${series}`);
    }
  }
  return names;
}

/** Panels and alerts ask for metrics that exist. */
const metricsCheck: Check = (source) => {
  const { configs } = load(source);
  const registered = registeredMetrics();
  const dashboard = JSON.parse(configs['dashboard.json']!.content) as Dashboard;
  const alerts = parse(configs['alerts.yml']!.content) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const asked = [
    ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ by: title, expr }))),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ by: alert, expr }))),
  ];
  expect(asked.length).toBeGreaterThan(10);
  return asked.flatMap(({ by, expr }) =>
    (expr.match(/\bmizan_\w+/g) ?? [])
      .filter((name) => !registered.has(name))
      .map((name) => `${by}: ${name} does not exist`),
  );
};

/** Grafana finds source and dashboard, and no panel covers another. */
const dashboardCheck: Check = (source) => {
  const { services, configs } = load(source);
  const { panels } = JSON.parse(configs['dashboard.json']!.content) as Dashboard;
  const { datasources } = parse(configs['grafana-datasource.yml']!.content) as {
    datasources: { url: string; isDefault: boolean }[];
  };
  const { providers } = parse(configs['grafana-dashboards.yml']!.content) as {
    providers: { options: { path: string } }[];
  };
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  const wrong = panels
    .filter(({ targets }) => new Set(targets.map(({ refId }) => refId)).size < targets.length)
    .map(({ title }) => `${title} has a refId twice`);
  if (new Set(cells).size < cells.length) wrong.push('panels cover each other');
  const listen = services.prometheus!.command!.find((flag) => flag.startsWith('--web.listen-address='));
  const url = `http://${listen?.split('=')[1]}`;
  if (!datasources.some((known) => known.isDefault && known.url === url)) wrong.push('no data source');
  const file = services.grafana!.configs!.find((mount) => mount.source === 'dashboard.json')!.target;
  if (providers[0]?.options.path !== dirname(file)) wrong.push('the dashboard is not looked for there');
  return wrong;
};

describe('docker-compose.yml', () => {
  it('is a compose file by the schema of the specification', () => {
    expect(schemaCheck(text)).toEqual([]);
    const misspelt = schemaCheck(broken('pull_policy: build', 'pull_polcy: build'));
    expect(misspelt).toContain('/services/radius must NOT have additional properties');
    const mapping = schemaCheck(broken('process.exit(', 'process.exit(: '));
    expect(mapping).toContain('/services/radius/healthcheck/test/3 must be string');
  });

  it.each<[string, Check, [part: string, wrong: string, offence: string][]]>([
    [
      'takes secrets from the environment only',
      secretsCheck,
      [
        [variable('MIZAN_KEY'), '$MIZAN_KEY', '$MIZAN_KEY has no :?message'],
        [variable('MIZAN_KEY'), variable('MIZAN_KEY', ':-00'), ' has no :?message'],
        [variable('GRAFANA_PASSWORD'), 'admin', 'grafana: GF_SECURITY_ADMIN_PASSWORD is literal'],
        [`mizan:${variable('POSTGRES_PASSWORD')}@`, 'mizan:x@', 'api: DATABASE_URL is literal'],
        [`requirepass ${variable('REDIS_PASSWORD')}`, 'requirepass x', 'redis: requirepass x is literal'],
      ],
    ],
    [
      'runs Redis as the engine demands it',
      redisCheck,
      [
        ['appendfsync always', 'appendfsync everysec', 'Redis runs with appendfsync everysec'],
        ['      maxmemory-policy noeviction\n', '', 'Redis runs with maxmemory-policy (unknown)'],
        ['[redis-server, /etc/redis.conf]', '[redis-server]', 'Redis runs with appendonly (unknown)'],
      ],
    ],
    [
      'gives the program settings that it knows and accepts',
      settingsCheck,
      [
        ['HTTP_PORT: 8081', 'HTTP_POTR: 8081', 'radius: HTTP_POTR is not known'],
        ['http://mizan:', 'clickhouse://mizan:', 'api: CLICKHOUSE_URL: '],
      ],
    ],
    [
      'gives every role what it needs',
      rolesCheck,
      [
        ['MIZAN_ROLES: worker', 'MIZAN_ROLES: api', 'worker lacks MIZAN_ROLES=worker'],
        ['  DATABASE_URL:', '  DATABASE:', 'api lacks DATABASE_URL'],
        ['worker-data:/data', 'api-data:/data', 'worker lacks a data folder of its own'],
      ],
    ],
    [
      'builds the image from what is there',
      imageCheck,
      [
        ['COPY engine engine', 'COPY engnie engine', 'engnie is copied but not there'],
        ['COPY panel/assets panel/assets', 'USER node', 'panel/assets is not in the image'],
      ],
    ],
    [
      'names only what it declares',
      referencesCheck,
      [
        ['source: alerts.yml', 'source: alarms.yml', 'prometheus mounts alarms.yml, which is not there'],
        ['  api-data:\n', '', 'api mounts api-data, which is not there'],
        ['  redis: { condition', '  valkey: { condition', 'radius waits for valkey in vain'],
        ['image: redis', 'read_only: true\n    image: redis', 'redis is read-only and has configs'],
      ],
    ],
    [
      'opens RADIUS alone, with the addresses of the NAS',
      networkCheck,
      [
        ['127.0.0.1:6379:6379', '6379:6379', 'redis publishes 6379:6379'],
        ['HTTP_HOST: 127.0.0.1', 'HTTP_HOST: 0.0.0.0', 'radius listens to everybody'],
        ['network_mode: host', 'network_mode: bridge', 'radius does not see the addresses of the NAS'],
      ],
    ],
    [
      'has Prometheus ask every role',
      scrapeCheck,
      [
        ["['127.0.0.1:8082:8082']", '[]', 'worker is not asked'],
        ['HTTP_PORT: 8081', 'HTTP_PORT: 8083', 'radius is not asked'],
        ['rule_files: [/etc/prometheus/alerts.yml]', 'rule_files: [/a.yml]', '/a.yml is not mounted'],
      ],
    ],
    [
      'shows and watches metrics that exist',
      metricsCheck,
      [
        ['max(mizan_open_sessions)', 'max(mizan_sessions)', 'Online sessions: mizan_sessions does not exist'],
        ['mizan_store_away > 0', 'mizan_store_gone > 0', 'StoreAway: mizan_store_gone does not exist'],
        ['handling_seconds_bucket', 'handling_seconds', 'mizan_radius_handling_seconds does not exist'],
      ],
    ],
    [
      'shows a dashboard whose panels stand side by side',
      dashboardCheck,
      [
        ['"x": 12, "y": 12,', '"x": 11, "y": 12,', 'panels cover each other'],
        ['"refId": "B"', '"refId": "A"', 'Datagrams per second has a refId twice'],
        ["url: 'http://127.0.0.1:9090'", "url: 'http://prometheus:9090'", 'no data source'],
      ],
    ],
  ])('%s', (_name, check, samples) => {
    expect(check(text)).toEqual([]);
    for (const [part, wrong, offence] of samples) {
      expect(check(broken(part, wrong)).join('\n')).toContain(offence);
    }
  });
});
