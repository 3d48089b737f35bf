import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from 'chdb';
import type { BridgeFault } from './clickhouse-bridge.ts';

/** URL parameters of the HTTP interface that are no settings of the engine. */
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'session_id',
  'default_format',
  'user',
  'password',
  'role',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'enable_http_compression',
]);

/** Exception codes that the server answers with another status than 500 (ErrorCodes.cpp, HTTPHandler.cpp). */
const STATUS_OF_CODE: Readonly<Record<string, number>> = { 62: 400, 47: 404, 60: 404, 81: 404, 497: 403 };

const [folder, port] = process.argv.slice(2);
const session = new Session(folder);
let fault: BridgeFault | undefined;
let strikes = 0;
let spared = 0;
let working: Promise<unknown> = Promise.resolve();

/** The engine keeps settings for its whole session; a server keeps them for one request. */
async function execute(sql: string, parameters: URLSearchParams): Promise<Buffer> {
  const settings = [...parameters].filter(([name]) => !NOT_SETTINGS.has(name));
  const database = parameters.get('database') ?? 'default';
  if (database !== 'default') await session.queryAsync(`USE "${database}"`);
  const set = settings.map(([name, value]) => `SET ${name} = ${quoted(value)}; `).join('');
  try {
    const result = await session.queryAsync(set + sql, {
      format: parameters.get('default_format') ?? 'TabSeparated',
    });
    return Buffer.from(result.bytes());
  } finally {
    const own = settings.filter(([name]) => !name.startsWith('param_'));
    for (const [name] of own) await session.queryAsync(`SET ${name} = DEFAULT`).catch(() => undefined);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bridge');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const body = Buffer.concat(chunks).toString();
  const sql = [url.searchParams.get('query') ?? '', body].filter((text) => text !== '').join('\n');
  const struck = strike(/^\s*INSERT\b/i.test(sql));
  if (struck?.kind === 'refuse') {
    refuse(response, 'Code: 241. DB::Exception: Memory limit exceeded (MEMORY_LIMIT_EXCEEDED)');
    return;
  }
  if (struck?.kind === 'silence') {
    await sleep(struck.ms);
    request.socket.destroy();
    return;
  }
  const work = working.then(() => execute(sql, url.searchParams));
  working = work.catch(() => undefined);
  try {
    const octets = await work;
    if (struck?.kind === 'slow') await sleep(struck.ms);
    if (struck?.kind === 'cut') request.socket.destroy();
    else response.setHeader('X-ClickHouse-Summary', '{}').end(octets);
  } catch (error) {
    refuse(response, String(error));
  }
}

/** The fault that this request meets. */
function strike(isInsert: boolean): BridgeFault | undefined {
  if (fault === undefined || (fault.only === 'inserts' && !isInsert)) return undefined;
  if (spared > 0) {
    spared -= 1;
    return undefined;
  }
  const struck = fault;
  strikes += 1;
  spared = struck.spare ?? 0;
  fault = struck.requests > 1 ? { ...struck, requests: struck.requests - 1 } : undefined;
  return struck;
}

function refuse(response: ServerResponse, message: string): void {
  const text = message.slice(Math.max(0, message.indexOf('Code: ')));
  const code = /^Code: (\d+)/.exec(text)?.[1] ?? '1002';
  response.writeHead(STATUS_OF_CODE[code] ?? 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(`${text}\n`);
}

const server = createServer((request, response) => {
  response.on('error', () => undefined);
  answer(request, response).catch(() => request.socket.destroy());
});
process.on('message', (message: { readonly fault?: BridgeFault }) => {
  fault = message.fault;
  spared = 0;
  process.send?.(strikes);
});
process.on('disconnect', () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
