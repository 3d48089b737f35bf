/** What a feed reads once per tick and how its clients see it. */
export interface LiveFeedOptions<T> {
  readonly everyMs: number;
  /** A comment is sent after this many silent ticks, so that proxies keep the connection. */
  readonly heartbeatTicks: number;
  readonly maxClients: number;
  read(): Promise<T>;
  /** Ids and texts of what a channel shows; only texts that differ from the last tick travel. */
  readonly channels: Readonly<Record<string, (value: T) => ReadonlyMap<string, unknown>>>;
}

/** Server-sent events from one clock: however many clients there are, the source is read once per tick. */
export interface LiveFeed {
  /** A `text/event-stream` answer on a channel, or `undefined` when the feed has all the clients it takes. */
  open(channel: string): Response | undefined;
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** JSON text of each id. */
type Picture = ReadonlyMap<string, string>;

interface Client {
  readonly channel: string;
  readonly controller: Controller;
  /** Has not yet been sent the whole picture. */
  fresh: boolean;
  silentTicks: number;
}

/** Chunks that may wait for a slow client before it is dropped; its browser reconnects and gets the whole picture. */
const QUEUE_LIMIT = 16;
const RECONNECT_MS = 2_000;
const encoder = new TextEncoder();

/**
 * A feed that ticks only while somebody listens. Each event `patch` holds a JSON object from id to what is shown
 * there now, `null` for what has gone. When the source cannot be read all clients are closed, so that no page goes
 * on showing old figures as if they were live.
 */
export function createLiveFeed<T>(options: LiveFeedOptions<T>): LiveFeed {
  const clients = new Set<Client>();
  const shown = new Map<string, Picture>();
  let timer: NodeJS.Timeout | undefined;
  let reading = false;

  const drop = (client: Client): void => {
    if (!clients.delete(client)) return;
    endStream(client);
    if (clients.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    shown.clear();
  };

  const sendTick = (value: T): void => {
    for (const [channel, render] of Object.entries(options.channels)) {
      const listeners = [...clients].filter((client) => client.channel === channel);
      if (listeners.length === 0) continue;
      const next = pictureOf(render(value));
      const whole = patchOf(new Map(), next);
      const changes = patchOf(shown.get(channel) ?? new Map(), next);
      shown.set(channel, next);
      for (const client of listeners) {
        const patch = client.fresh ? whole : changes;
        if (!sendPatch(client, patch, options.heartbeatTicks)) drop(client);
      }
    }
  };

  const tick = async (): Promise<void> => {
    if (reading || clients.size === 0) return;
    reading = true;
    try {
      sendTick(await options.read());
    } catch {
      for (const client of [...clients]) drop(client);
    } finally {
      reading = false;
    }
  };

  return {
    open(channel) {
      if (clients.size >= options.maxClients) return undefined;
      return streamAnswer((controller) => {
        const client: Client = { channel, controller, fresh: true, silentTicks: 0 };
        clients.add(client);
        timer ??= setInterval(tick, options.everyMs).unref();
        void tick();
        return () => drop(client);
      });
    },
  };
}

function streamAnswer(start: (controller: Controller) => () => void): Response {
  let stop = (): void => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${RECONNECT_MS}\n\n`));
        stop = start(controller);
      },
      cancel: () => stop(),
    },
    new CountQueuingStrategy({ highWaterMark: QUEUE_LIMIT }),
  );
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  return new Response(body, { headers });
}

/** False when the client does not keep up. */
function sendPatch(client: Client, patch: string | undefined, heartbeatTicks: number): boolean {
  client.fresh = false;
  client.silentTicks += 1;
  if (patch === undefined && client.silentTicks < heartbeatTicks) return true;
  if ((client.controller.desiredSize ?? 0) <= 0) return false;
  const text = patch === undefined ? ': still here\n\n' : `event: patch\ndata: ${patch}\n\n`;
  client.controller.enqueue(encoder.encode(text));
  client.silentTicks = 0;
  return true;
}

function endStream({ controller }: Client): void {
  try {
    controller.close();
  } catch {
    // The client has closed it from the other side.
  }
}

function pictureOf(items: ReadonlyMap<string, unknown>): Picture {
  return new Map([...items].map(([id, item]) => [id, JSON.stringify(item)]));
}

/** JSON of the entries that differ, or `undefined` when none does. */
function patchOf(before: Picture, after: Picture): string | undefined {
  const entries: string[] = [];
  for (const [id, text] of after) {
    if (before.get(id) !== text) entries.push(`${JSON.stringify(id)}:${text}`);
  }
  for (const id of before.keys()) if (!after.has(id)) entries.push(`${JSON.stringify(id)}:null`);
  return entries.length === 0 ? undefined : `{${entries.join(',')}}`;
}
