import { TerminateCause } from '../radius/attribute-type.ts';
import { prepareSecret } from '../radius/secret.ts';
import { SECOND_MS } from '../values/instant.ts';
import { DemoLine, type DemoSubscriber } from './demo-line.ts';
import { answerDynamicRequest, type NamedSession } from './dynamic-authorization.ts';
import { bindSocket, RequestSender } from './request-sender.ts';

const STOP_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** How the demo NAS is set up; the server it speaks to is on 127.0.0.1. */
export interface DemoNasOptions {
  readonly nasName: string;
  readonly secret: string;
  /** Loopback address that it sends from and listens on. */
  readonly address: string;
  readonly authPort: number;
  readonly acctPort: number;
  /** Where it listens for Disconnect and CoA. */
  readonly coaPort: number;
  /** At most 200: each may have a request under way. */
  readonly subscribers: readonly DemoSubscriber[];
  /** That many unpredictable octets. */
  readonly randomOctets: (count: number) => Uint8Array;
  readonly onLog: (line: string) => void;
}

/** A running demo NAS. */
export interface DemoNas {
  /** Stops all sessions with cause NAS-Request, waits at most 2 s for the answers and closes the sockets. May be called twice. */
  stop(): Promise<void>;
}

/**
 * A gentle NAS that keeps one session per subscriber growing in real time, over UDP like any NAS: login with PAP and
 * Message-Authenticator, Start, Interim every 3 s, obedience to Disconnect and CoA, a new login after a
 * cut or 30 s after a reject. Rejects when `coaPort` is taken.
 */
export async function startDemoNas(options: DemoNasOptions): Promise<DemoNas> {
  const secret = prepareSecret(Buffer.from(options.secret));
  const coa = await bindSocket(options.coaPort, options.address);
  const sender = await RequestSender.open(secret, options.address);
  const shared = { ...options, secret, sender };
  const lines = options.subscribers.map((subscriber, index) => new DemoLine(subscriber, index + 1, shared));
  const control = sessionControl(lines);
  coa.on('message', (datagram, { port, address }) => {
    const answer = answerDynamicRequest(datagram, secret, control);
    if (answer) coa.send(answer, port, address);
  });
  const timer = setInterval(() => {
    sender.tick();
    for (const line of lines) line.tick();
  }, SECOND_MS);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(timer);
    for (const line of lines) line.end(TerminateCause.NasRequest);
    for (let waited = 0; sender.pending > 0 && waited < STOP_WITHIN_MS; waited += LOOK_EVERY_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    sender.close();
    coa.close();
  };
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function sessionControl(lines: readonly DemoLine[]) {
  const find = ({ username, acctSessionId }: NamedSession) =>
    lines.find(
      (line) =>
        line.online &&
        (username === '' || line.username === username) &&
        (acctSessionId === '' ? username !== '' : line.acctSessionId === acctSessionId),
    );
  return {
    disconnect(session: NamedSession): boolean {
      const line = find(session);
      line?.end(TerminateCause.AdminReset);
      return line !== undefined;
    },
    change(session: NamedSession, speed: Parameters<DemoLine['changeSpeed']>[0] | undefined): boolean {
      const line = find(session);
      if (line && speed) line.changeSpeed(speed);
      return line !== undefined;
    },
  };
}
