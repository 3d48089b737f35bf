import { z } from 'zod';
import { fail, ok, type Result } from './values/result.ts';

const port = z
  .string()
  .trim()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'must be a port number from 0 to 65535');

/** What a process does; one that does everything needs no servers. */
export type Role = 'radius' | 'api' | 'worker';

const ROLES: readonly Role[] = ['radius', 'api', 'worker'];

const roles = z
  .string()
  .transform((text) => text.split(',').map((role) => role.trim().toLowerCase()))
  .pipe(z.array(z.enum(ROLES, { error: 'must be radius, api or worker, or several with commas between' })))
  .transform((list): ReadonlySet<Role> => new Set(list));

const isRedisUrl = (text: string) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol);

const isOrigin = (text: string) =>
  URL.canParse(text) &&
  /^https?:$/.test(new URL(text).protocol) &&
  new URL(text).href === `${new URL(text).origin}/`;

const environment = z.object({
  MIZAN_ROLES: roles.default(new Set(ROLES)),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z
    .string()
    .refine((text) => text.split(',').every(isRedisUrl), 'must be a URL such as redis://127.0.0.1:6379')
    .optional(),
  COUNTER_PARTITIONS: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number from 1 to 1024')
    .transform(Number)
    .refine((number) => number >= 1 && number <= 1_024, 'must be a number from 1 to 1024')
    .optional(),
  CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  RADIUS_HOST: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' }).default('::'),
  RADIUS_AUTH_PORT: port.default(1_812),
  RADIUS_ACCT_PORT: port.default(1_813),
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  HTTP_PORT: port.default(8_080),
  PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'must be an origin such as https://isp.example')
    .transform((text) => new URL(text).origin)
    .optional(),
  PAYMENT_GATEWAYS_FILE: z.string().optional(),
  KAVENEGAR_KEY_FILE: z.string().optional(),
  SMS_SENDER: z
    .string()
    .regex(/^\d{3,20}$/, 'must be the number that messages come from, such as 10004346')
    .default(''),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MIZAN_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64,}$/, 'must be at least 64 hexadecimal digits (openssl rand -hex 32)')
    .optional(),
  MIZAN_TOKEN: z.string().min(32, 'must have at least 32 characters (openssl rand -hex 24)').optional(),
  MIZAN_DEMO: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional(),
  MIZAN_SANDBOX_BANK: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional(),
  MIZAN_TEST_CLOCK: z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 instant such as 2026-03-21T00:00:00Z' })
    .optional(),
  NODE_ENV: z.string().default('development'),
});

/** The program's settings, read once at start. */
export interface Config {
  readonly roles: ReadonlySet<Role>;
  readonly dataDir: string;
  /** PostgreSQL, `undefined` for the embedded ledger. */
  readonly databaseUrl: string | undefined;
  /** Redis, with commas between several nodes of a cluster; `undefined` for the embedded counters. */
  readonly redisUrl: string | undefined;
  /** Parts that the counters in Redis are spread over, `undefined` for what is stored there already. */
  readonly counterPartitions: number | undefined;
  /** ClickHouse, `undefined` for the embedded history. */
  readonly clickhouseUrl: string | undefined;
  readonly radius: { readonly host: string; readonly authPort: number; readonly acctPort: number };
  readonly http: { readonly host: string; readonly port: number };
  /** Where the payer's browser reaches us, an origin; `undefined` for where HTTP is served. */
  readonly publicUrl: string | undefined;
  /** Which payment gateways are on and their credentials; `undefined` for none. */
  readonly paymentGatewaysFile: string | undefined;
  /** The file with the key of an account at Kavenegar, `undefined` for no provider; the sender, '' for the account's. */
  readonly sms: { readonly kavenegarKeyFile: string | undefined; readonly sender: string };
  /** Whether people depend on it, as `NODE_ENV` says. */
  readonly isProduction: boolean;
  /** Whether payments may be made at the bank of this program, where no money moves: by default in the demo. */
  readonly sandboxBank: boolean;
  readonly logLevel: string;
  /** Key material for secrets at rest in hexadecimal, `undefined` to keep one in the data folder. */
  readonly key: string | undefined;
  /** What callers of the API must bear, `undefined` to keep one in the data folder. */
  readonly token: string | undefined;
  /** Load demo data; by default only where ledger and counters are embedded, never into somebody's database. */
  readonly demo: boolean;
  /** Instant at which a clock stands that only a call moves, for tests; `undefined` for the machine's clock. */
  readonly testClockStart: number | undefined;
}

/**
 * Reads the settings from environment variables; every wrong one is named in the returned sentences. A variable that
 * is set to nothing is the same as one that is not set, as compose files write `NAME=`.
 */
export function readConfig(
  variables: Readonly<Record<string, string | undefined>>,
): Result<Config, string[]> {
  const parsed = environment.safeParse(withoutEmpty(variables));
  if (!parsed.success) {
    return fail(parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`));
  }
  const values = parsed.data;
  const wrong = [...refusedInProduction(values), ...missingForRoles(values)];
  if (wrong.length > 0) return fail(wrong);
  const isEmbedded = values.DATABASE_URL === undefined && values.REDIS_URL === undefined;
  const demo = (values.MIZAN_DEMO ?? (isEmbedded ? '1' : '0')) === '1';
  const hasBank = values.MIZAN_SANDBOX_BANK ?? (demo && values.NODE_ENV !== 'production' ? '1' : '0');
  return ok({
    roles: values.MIZAN_ROLES,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    counterPartitions: values.COUNTER_PARTITIONS,
    clickhouseUrl: values.CLICKHOUSE_URL,
    radius: {
      host: values.RADIUS_HOST,
      authPort: values.RADIUS_AUTH_PORT,
      acctPort: values.RADIUS_ACCT_PORT,
    },
    http: { host: values.HTTP_HOST, port: values.HTTP_PORT },
    publicUrl: values.PUBLIC_URL,
    paymentGatewaysFile: values.PAYMENT_GATEWAYS_FILE,
    sms: { kavenegarKeyFile: values.KAVENEGAR_KEY_FILE, sender: values.SMS_SENDER },
    isProduction: values.NODE_ENV === 'production',
    sandboxBank: hasBank === '1',
    logLevel: values.LOG_LEVEL,
    key: values.MIZAN_KEY,
    token: values.MIZAN_TOKEN,
    demo,
    testClockStart: values.MIZAN_TEST_CLOCK === undefined ? undefined : Date.parse(values.MIZAN_TEST_CLOCK),
  });
}

/** What is for trying and would do harm in earnest. */
function refusedInProduction(values: z.output<typeof environment>): string[] {
  if (values.NODE_ENV !== 'production') return [];
  return [
    ...(values.MIZAN_TEST_CLOCK === undefined
      ? []
      : ['MIZAN_TEST_CLOCK: a clock that can be moved is refused when NODE_ENV is production']),
    ...(values.MIZAN_SANDBOX_BANK === '1'
      ? ['MIZAN_SANDBOX_BANK: payments that move no money are refused when NODE_ENV is production']
      : []),
  ];
}

/**
 * A process that does a part of the work shares its stores and its key with the others: they must be servers, and the
 * key must be given. What embeds a store for itself would count alone.
 */
function missingForRoles(values: z.output<typeof environment>): string[] {
  const { MIZAN_ROLES: own, MIZAN_DEMO: demo } = values;
  if (own.size === ROLES.length) return [];
  const needed = ['REDIS_URL', 'MIZAN_KEY'] as const;
  const stores = own.has('api') || own.has('worker') ? (['DATABASE_URL', 'CLICKHOUSE_URL'] as const) : [];
  const missing = [...needed, ...stores]
    .filter((name) => values[name] === undefined)
    .map((name) => `${name}: must be set when MIZAN_ROLES is ${[...own].join(',')}`);
  if (demo === '1') missing.push('MIZAN_DEMO: needs a process with all roles');
  return missing;
}

function withoutEmpty(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const set = Object.entries(variables).filter(([, text]) => text !== undefined && text.trim() !== '');
  return Object.fromEntries(set);
}
