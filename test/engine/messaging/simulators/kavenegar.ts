import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A message that the simulator took, as their API shows it. */
export interface SimulatedSms {
  readonly messageid: number;
  readonly localid: string;
  readonly receptor: string;
  readonly message: string;
  readonly sender: string;
  status: number;
  readonly cost: number;
}

/**
 * What goes wrong with a call, by its method (`sms/send`):
 * `cut-before`: the connection breaks and nothing was taken; `cut-after`: taken, and then it breaks; `slow`: taken, and the
 * answer comes after `slowMs`; `http-500` and `html`: no answer of theirs, nothing was taken; a number: their error code.
 */
export type Trouble = 'cut-before' | 'cut-after' | 'slow' | 'http-500' | 'html' | number;

/**
 * Kavenegar's API as their documentation tells it, on a port of its own: errors in `return.status`, a local id that comes
 * again answered with the message of then, status 100 for what is not known.
 */
export class KavenegarSimulator {
  readonly apiKey = '6B657920666F722074657374';
  /** All messages that were taken, in order. */
  readonly messages: SimulatedSms[] = [];
  /** Methods of all calls, in order. */
  readonly calls: string[] = [];
  /** Trouble for the next calls of a method, one after the other. */
  readonly troubles = new Map<string, Trouble[]>();
  /** Trouble for every call while it is set. */
  outage: Trouble | undefined;
  /** Numbers that take no such messages. */
  readonly blocked = new Set<string>();
  credit = 1_000_000;
  slowMs = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<KavenegarSimulator> {
    const server = createServer();
    const simulator = new KavenegarSimulator(server);
    server.on('request', (request, response) => void simulator.#answer(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return simulator;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, version, key, area, file = ''] = (request.url ?? '').split('/');
    const method = `${area}/${file.replace(/\.json$/, '')}`;
    this.calls.push(method);
    const trouble = this.outage ?? this.troubles.get(method)?.shift();
    const form = new URLSearchParams(await bodyOf(request));
    if (trouble === 'cut-before') return void request.socket.destroy();
    if (trouble === 'http-500') return reply(response, 500, 'Internal Server Error');
    if (trouble === 'html') return reply(response, 200, '<html>please wait</html>');
    if (typeof trouble === 'number') return error(response, trouble, 'خطا');
    if (version !== 'v1' || key !== this.apiKey) return error(response, 403, `کلید ${key} معتبر نیست`);
    const act = this.#methods.get(method);
    if (act === undefined) return error(response, 404, 'متد نامشخص');
    const answer = act(form);
    if (trouble === 'cut-after') return void request.socket.destroy();
    if (trouble === 'slow') await sleep(this.slowMs);
    if (typeof answer === 'number') return error(response, answer, 'خطا');
    reply(response, 200, JSON.stringify({ return: { status: 200, message: 'تایید شد' }, entries: answer }));
  }

  readonly #methods = new Map<string, (form: URLSearchParams) => number | readonly unknown[]>([
    ['sms/send', (form) => this.#send(form)],
    ['sms/status', (form) => this.#status(form)],
    ['sms/statuslocalmessageid', (form) => this.#statusOfLocalIds(form)],
  ]);

  #send(form: URLSearchParams): number | readonly unknown[] {
    const [receptor, message] = [form.get('receptor') ?? '', form.get('message') ?? ''];
    const localid = form.get('localid') ?? '';
    if (!/^(09\d{9}|00\d{7,15})$/.test(receptor)) return 411;
    if (message === '' || message.length > 900) return 413;
    const known = this.messages.find((one) => localid !== '' && one.localid === localid);
    if (known !== undefined) return [known];
    const cost = 120;
    if (this.credit < cost) return 418;
    this.credit -= cost;
    const sms = {
      messageid: 8_792_343 + this.messages.length,
      ...{ localid, receptor, message, cost },
      sender: form.get('sender') ?? '10004346',
      status: this.blocked.has(receptor) ? 14 : 1,
    };
    this.messages.push(sms);
    return [sms];
  }

  #status(form: URLSearchParams): readonly unknown[] {
    return (form.get('messageid') ?? '').split(',').map((id) => {
      const known = this.messages.find(({ messageid }) => String(messageid) === id);
      return { messageid: Number(id), status: known?.status ?? 100, statustext: '' };
    });
  }

  #statusOfLocalIds(form: URLSearchParams): readonly unknown[] {
    return (form.get('localid') ?? '').split(',').map((localid) => {
      const known = this.messages.find((one) => one.localid === localid);
      return { messageid: known?.messageid ?? 0, localid, status: known?.status ?? 100, statustext: '' };
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function error(response: ServerResponse, status: number, message: string): void {
  reply(response, status, JSON.stringify({ return: { status, message }, entries: null }));
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(text);
}
