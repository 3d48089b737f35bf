/** An answer of a gateway, whatever its status. */
export interface GatewayReply {
  readonly status: number;
  readonly text: string;
}

/** A call to a gateway. */
export interface GatewayCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How long a gateway is waited for: Iranian banks answer late in rush hours, and payers wait some ten seconds. */
const GATEWAY_TIMEOUT_MS = 15_000;

/** Largest answer that is read. */
const MAX_REPLY_OCTETS = 256 * 1024;

/**
 * Calls a gateway; a text says why there is no answer (timeout, no connection, too long). Redirects are not followed: no
 * gateway's API uses them, and a credential must not travel to another host.
 */
export async function callGateway(
  { method, url, headers, body }: GatewayCall,
  timeoutMs: number = GATEWAY_TIMEOUT_MS,
): Promise<GatewayReply | string> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_REPLY_OCTETS) return 'the answer is too long';
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    const { name, message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : `no connection: ${why}`;
  }
}
