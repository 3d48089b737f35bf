import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Config } from './config.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** A listening HTTP server. */
export interface HttpServer {
  readonly url: string;
  /** Stops listening and cuts what is still connected. */
  close(): Promise<void>;
}

/** Serves `fetch` over HTTP; port 0 picks a free one. Rejects with the system's error when the port is taken. */
export async function serveHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: Config['http'],
): Promise<HttpServer> {
  const listener = getRequestListener(fetch);
  const server: Server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => void listener(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
