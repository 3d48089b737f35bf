import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a simulated gateway received. */
export interface SimulatedCall {
  readonly method: string;
  /** Path with the query, as `/pg/v4/payment/verify.json`. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a simulated gateway answers; 200 and JSON when it does not say. */
export interface SimulatedReply {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string;
}

/**
 * How a call goes wrong. `deaf`: the connection is cut before the gateway acts. `error`: 500 before it acts.
 * `cut`: it acts, and the connection is cut before its answer. `slow`: it acts, and answers only after `slowMs`.
 * `garbage`: it acts, and its answer is a text that is neither JSON nor XML.
 */
export type Fault = 'deaf' | 'error' | 'cut' | 'slow' | 'garbage';

interface PlannedFault {
  readonly fault: Fault;
  readonly of: (call: SimulatedCall) => boolean;
  left: number;
}

/** A gateway of a test, on a free port of this machine. */
export interface GatewayServer {
  /** As `http://127.0.0.1:40123`. */
  readonly url: string;
  /** All calls in the order they arrived. */
  readonly calls: readonly SimulatedCall[];
  /** Spoils the next `times` calls for which `of` holds; every call when it is left out. */
  fail(fault: Fault, times?: number, of?: (call: SimulatedCall) => boolean): void;
  close(): Promise<void>;
}

/** Longer than the timeout that tests give the adapters. */
const SLOW_MS = 600;

/**
 * Starts a gateway whose protocol is `answer`; `undefined` from it is a 404.
 * @param slowMs how late a `slow` call is answered
 */
export async function startGatewayServer(
  answer: (call: SimulatedCall) => SimulatedReply | undefined,
  slowMs: number = SLOW_MS,
): Promise<GatewayServer> {
  const calls: SimulatedCall[] = [];
  const planned: PlannedFault[] = [];
  const take = (call: SimulatedCall): Fault | undefined => {
    const next = planned.find(({ left, of }) => left > 0 && of(call));
    if (next !== undefined) next.left -= 1;
    return next?.fault;
  };
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const fault = take(call);
    if (fault === 'deaf') return void response.destroy();
    if (fault === 'error') return send(response, { status: 500, body: 'Server Error' });
    const reply = answer(call) ?? { status: 404, body: '' };
    if (fault === 'cut') return void response.destroy();
    if (fault === 'garbage') return send(response, { body: '<<html {"' });
    if (fault === 'slow') return void setTimeout(() => send(response, reply), slowMs);
    send(response, reply);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fail: (fault, times = 1, of = () => true) => void planned.push({ fault, of, left: times }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function readCall(request: IncomingMessage): Promise<SimulatedCall> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
}

function send(response: ServerResponse, { status = 200, contentType, body }: SimulatedReply): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType ?? 'application/json; charset=utf-8' });
  response.end(body);
}
