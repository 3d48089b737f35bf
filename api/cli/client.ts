import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MIZAN_HEADER } from '../mizan-header.ts';

/** How the server's answer, or its absence, looks to a command. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly lines: readonly string[] }
  | { readonly kind: 'unreachable'; readonly lines: readonly string[] };

/** A request to the server's API; `path` is below `/api/v1`. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Idempotency-Key. */
  readonly key?: string;
  /** The answer is no JSON but a PDF, and is written there. */
  readonly saveAs?: string;
}

/** Where the server is and who we are, each with the place it was learned from. */
interface Target {
  readonly url: string;
  readonly urlFrom: string;
  readonly token: string | undefined;
  readonly tokenFrom: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
const TIMEOUT_MS = 120_000;
/** What a header may hold of a token (RFC 6750 §2.1, and all else that is visible). */
const TOKEN_FORM = /^[\x21-\x7e]+$/;

/**
 * Asks the server. Address and token come from MIZAN_URL and MIZAN_TOKEN, else from `run.json` and `api-token`
 * which a running server keeps in DATA_DIR (default ./data). What answers without Mizan's header is somebody else, and
 * refused whatever it says.
 */
export async function callServer(env: NodeJS.ProcessEnv, call: Call): Promise<Reply> {
  const target = await findTarget(env);
  const fault = targetFault(target);
  if (fault !== undefined) return { kind: 'refused', lines: [fault] };
  const headers: Record<string, string> = { accept: 'application/json' };
  if (target.token !== undefined) headers.authorization = `Bearer ${target.token}`;
  if (call.key !== undefined) headers['idempotency-key'] = call.key;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  let status: number;
  let text: string;
  try {
    const url = new URL(`api/v1${call.path}`, `${target.url.replace(/\/+$/, '')}/`);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: call.method, headers, body: call.body ?? null, signal });
    status = response.status;
    if (!isMizan(response, call)) {
      await response.body?.cancel();
      return { kind: 'refused', lines: [strangerLine(target, status)] };
    }
    if (response.ok && call.saveAs !== undefined) return await save(response, call.saveAs);
    text = await response.text();
  } catch (error) {
    return { kind: 'unreachable', lines: unreachableLines(target, error) };
  }
  const body = parseJson(text);
  if (status >= 200 && status < 300 && body !== undefined) return { kind: 'ok', body };
  return { kind: 'refused', lines: refusalLines(target, status, body) };
}

function isMizan({ ok, headers }: Response, { saveAs }: Call): boolean {
  const isFile = headers.get('content-type') === 'application/pdf';
  return headers.has(MIZAN_HEADER) && (saveAs === undefined || !ok || isFile);
}

/** Others on this machine may not read it. */
async function save(response: Response, file: string): Promise<Reply> {
  const content = Buffer.from(await response.arrayBuffer());
  try {
    await writeFile(file, content, { mode: 0o600 });
  } catch (error) {
    return { kind: 'refused', lines: [`cannot write ${file}: ${(error as Error).message}`] };
  }
  return { kind: 'ok', body: { file, octets: content.length } };
}

async function findTarget(env: NodeJS.ProcessEnv): Promise<Target> {
  const folder = env.DATA_DIR || './data';
  const runFile = join(folder, 'run.json');
  const tokenFile = join(folder, 'api-token');
  const run = parseJson((await readText(runFile)) ?? '');
  const found = isObject(run) && typeof run.httpUrl === 'string' ? run.httpUrl : undefined;
  const token = env.MIZAN_TOKEN?.trim() || (await readText(tokenFile))?.trim() || undefined;
  const tokenFrom = env.MIZAN_TOKEN?.trim() ? 'MIZAN_TOKEN' : tokenFile;
  if (env.MIZAN_URL) return { url: env.MIZAN_URL, urlFrom: 'MIZAN_URL', token, tokenFrom };
  if (found !== undefined) return { url: found, urlFrom: runFile, token, tokenFrom };
  return { url: DEFAULT_URL, urlFrom: `the default, for there is no ${runFile}`, token, tokenFrom };
}

/** What keeps a call from being sent. It tells of no secret, for what it says is kept in logs. */
function targetFault({ url, urlFrom, token, tokenFrom }: Target): string | undefined {
  if (token !== undefined && !TOKEN_FORM.test(token)) {
    return `the token of ${tokenFrom} is none: blanks, line breaks or letters beyond ASCII are in it`;
  }
  // Looked for in the text, for an address that cannot be read may have one, too.
  if (!/\/\/[^/]*@/.test(url)) return undefined;
  return `the address of ${urlFrom} has a name or password in it, which Mizan does not take; the token goes into MIZAN_TOKEN`;
}

function strangerLine({ url }: Target, status: number): string {
  return `${url} answered ${status}, but not as Mizan does; is the address right?`;
}

function unreachableLines({ url, urlFrom }: Target, error: unknown): string[] {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return [
    `cannot reach Mizan at ${url} (${urlFrom}): ${reason}`,
    'Is it running? Set MIZAN_URL to its address, or DATA_DIR to its data folder.',
  ];
}

function refusalLines(target: Target, status: number, body: unknown): string[] {
  if (status === 401) {
    const state = target.token === undefined ? `no token in ${target.tokenFrom}` : `from ${target.tokenFrom}`;
    return [`the server does not accept the token (${state}); set MIZAN_TOKEN or DATA_DIR`];
  }
  if (!isObject(body) || typeof body.title !== 'string') return [strangerLine(target, status)];
  const errors = Array.isArray(body.errors) ? body.errors.filter(isObject) : [];
  if (errors.length > 0) {
    return errors.map(({ path, message }) => (path ? `${path}: ${message}` : String(message)));
  }
  return [typeof body.detail === 'string' ? body.detail : body.title];
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
