import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, MizanProcess } from './mizan-process.ts';
import { PlayedLine } from './played-line.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
/** 11:30 in Tehran; the window opens three minutes later. */
const START = Date.parse('2026-11-21T08:00:00Z');
const OPENS = START + 180_000;
const AT_MUTE = 700;
const AT_PROMPT = 300;
const AT_ONCE = 50;

describe('a window that opens for all lines at once', () => {
  let mizan: MizanProcess;
  let mute: UdpNas;
  let prompt: UdpNas;
  let now = START;
  let lines: readonly PlayedLine[];

  beforeAll(async () => {
    mute = await UdpNas.open(SECRET, '127.0.0.37');
    prompt = await UdpNas.open(SECRET, '127.0.0.38');
    mute.answer = () => 'silence';
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString() });
    const names = Array.from({ length: AT_MUTE + AT_PROMPT }, (_, index) => `u${index}`);
    const nas = { vendor: 'mikrotik' as const, secret: SECRET };
    await mizan.apply({
      nas: [
        { ...nas, name: 'mute', address: '127.0.0.37', coaPort: mute.coaPort },
        { ...nas, name: 'prompt', address: '127.0.0.38', coaPort: prompt.coaPort },
      ],
      plans: [
        {
          name: 'night',
          days: 30,
          speed: { downKbps: 4096, upKbps: 1024 },
          interimSeconds: 3_600,
          windows: [{ fromMinute: 693, toMinute: 720, speed: { downKbps: 16_384, upKbps: 2048 } }],
        },
      ],
      lines: names.map((username) => ({ username, password: 'pw', plan: 'night' })),
    });
    lines = names.map(
      (username, index) => new PlayedLine(username, mizan, index < AT_MUTE ? mute : prompt, () => now),
    );
    for (let from = 0; from < lines.length; from += AT_ONCE) {
      await Promise.all(lines.slice(from, from + AT_ONCE).map((line) => line.dial()));
    }
  }, 120_000);

  afterAll(async () => {
    mute.close();
    prompt.close();
    await mizan.dispose();
  });

  it('is ordered of each NAS at its own pace, and packets are answered meanwhile', async () => {
    now = OPENS;
    await mizan.moveClock(new Date(now).toISOString());
    const startedAt = performance.now();
    const waits: number[] = [];
    while (prompt.requests.length < AT_PROMPT && performance.now() - startedAt < 20_000) {
      const askedAt = performance.now();
      await lines[AT_MUTE + (waits.length % AT_PROMPT)]!.report(waits.length);
      waits.push(performance.now() - askedAt);
    }
    const done = performance.now() - startedAt;
    expect(different(prompt)).toBe(AT_PROMPT);
    // Before the mute NAS is given up for the first time, after 11 s.
    expect(done).toBeLessThan(10_000);
    await eventually(() => different(mute) >= 256);
    expect(different(mute)).toBe(256);
    expect(Math.max(...waits)).toBeLessThan(2_000);
    expect(await mizan.metric('mizan_effect_log_entries')).toBeGreaterThanOrEqual(AT_MUTE);
    await eventually(
      async () => (await mizan.metric('mizan_effects_total', { nas: 'prompt', result: 'ack' })) === AT_PROMPT,
    );
  });
});

/** Requests that came, repetitions not counted. */
function different({ requests }: UdpNas): number {
  return new Set(requests.map(({ octets }) => octets.toString('latin1'))).size;
}
