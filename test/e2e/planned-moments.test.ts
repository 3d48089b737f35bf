import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineDeclaration, PlanDeclaration } from '../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { PlayedLine } from './played-line.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
/** 11:30 in Tehran. */
const START = Date.parse('2026-11-21T08:00:00Z');
const MEGA = 1_000_000;
const FULL = 'Mikrotik-Rate-Limit = 1024k/4096k';
const SLOW = 'Mikrotik-Rate-Limit = 64k/128k';

const PLAN: Omit<PlanDeclaration, 'name'> = {
  days: 30,
  quota: { octets: MEGA, charge: 'both' },
  speed: { downKbps: 4096, upKbps: 1024 },
  exhausted: { downKbps: 128, upKbps: 64 },
  interimSeconds: 3_600,
};

describe('planned moments', () => {
  let mizan: MizanProcess;
  let tik: UdpNas;
  let isg: UdpNas;
  let now = START;

  beforeAll(async () => {
    tik = await UdpNas.open(SECRET, '127.0.0.34');
    isg = await UdpNas.open(SECRET, '127.0.0.35');
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString() });
    const at = (address: string, { coaPort }: UdpNas) => ({ address, secret: SECRET, coaPort });
    const driverSettings = { service: 'NET-{mode}', captive: 'PAY' };
    await mizan.apply({
      nas: [
        { name: 'tik', vendor: 'mikrotik', ...at('127.0.0.34', tik) },
        { name: 'isg', vendor: 'cisco', driverSettings, ...at('127.0.0.35', isg) },
      ],
    });
  });

  afterAll(async () => {
    tik.close();
    isg.close();
    await mizan.dispose();
  });

  const iso = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
  const forward = async (seconds: number) => {
    now += seconds * 1_000;
    await mizan.moveClock(new Date(now).toISOString());
  };
  /** Declares a line with a plan of its own name, and dials. */
  const online = async (
    username: string,
    plan: Partial<PlanDeclaration> = {},
    line: Partial<LineDeclaration> = {},
    nas = tik,
  ) => {
    await mizan.apply({
      plans: [{ ...PLAN, ...plan, name: username }],
      lines: [{ username, password: 'pw', plan: username, ...line }],
    });
    const played = new PlayedLine(username, mizan, nas, () => now);
    await played.dial();
    return played;
  };
  /** Nothing is ordered one second before the moment, and something at it. */
  const atMoment = async (line: PlayedLine, seconds: number) => {
    await forward(seconds - 1);
    await sleep(600);
    expect(line.unread).toBe(0);
    await forward(1);
    return line.orders(1);
  };

  it('opens and closes a window with a speed of its own', async () => {
    const minute = 690 + (now - START) / 60_000;
    const line = await online('window', {
      windows: [{ fromMinute: minute + 3, toMinute: minute + 6, speed: { downKbps: 16_384, upKbps: 2048 } }],
    });
    expect(await atMoment(line, 180)).toEqual(['Mikrotik-Rate-Limit = 2048k/16384k']);
    expect(await atMoment(line, 180)).toEqual([FULL]);
    expect(await line.history(2)).toEqual(['window-opened', 'window-closed']);
  });

  it('opens a free window to a line without volume, and closes it', async () => {
    const minute = 690 + (now - START) / 60_000;
    const line = await online('free', {
      windows: [{ fromMinute: minute + 3, toMinute: minute + 6, percent: 0 }],
    });
    await line.report(MEGA);
    expect(await line.orders(1)).toEqual([SLOW]);
    expect(await atMoment(line, 180)).toEqual([FULL]);
    expect(await atMoment(line, 180)).toEqual([SLOW]);
    expect(await line.history(3)).toEqual(['volume-ended', 'window-opened', 'window-closed']);
  });

  it.each([
    ['disconnect' as const, ['disconnect']],
    [{ downKbps: 128, upKbps: 64 }, [SLOW]],
  ])('ends a service as its plan says: %j', async (expired, orders) => {
    const name = `ends-${JSON.stringify(expired).length}`;
    const line = await online(name, { expired }, { expiresAt: iso(300) });
    expect(await atMoment(line, 300)).toEqual(orders);
    expect(await line.history(1)).toEqual(['service-ended']);
    await line.stop(10);
  });

  it('ends a service in the captive profile, by a new login where the box cannot change it', async () => {
    const line = await online('pays', { expired: 'captive' }, { expiresAt: iso(300) });
    expect(await atMoment(line, 300)).toEqual(['disconnect']);
    await line.stop(10);
    expect(await line.dial()).toContain('Mikrotik-Address-List = mizan-captive');
    await mizan.apply({ lines: [{ username: 'pays', plan: 'pays', expiresAt: iso(86_400) }] });
    expect(await line.orders(1)).toEqual(['disconnect']);
    await line.stop(10);
    expect(await line.dial()).not.toContain('Mikrotik-Address-List = mizan-captive');
  });

  it('ends a service in the captive profile by CoA where the box takes it, and paying ends that', async () => {
    const line = await online('walled', { expired: 'captive' }, { expiresAt: iso(300) }, isg);
    await atMoment(line, 300);
    await eventually(async () => (await mizan.line('walled')).sessions[0]?.mode === 'captive');
    await mizan.apply({ lines: [{ username: 'walled', plan: 'walled', expiresAt: iso(86_400) }] });
    await eventually(async () => (await mizan.line('walled')).sessions[0]?.mode === 'full');
    const all = isg.requests.map(({ octets }) => octets.toString('latin1'));
    expect(all.map((text) => /service-name=([A-Za-z-]+)/.exec(text)?.[1])).toEqual([
      'NET-full',
      'PAY',
      'PAY',
      'NET-full',
    ]);
    expect(await line.history(2)).toEqual(['service-ended', 'service-restored']);
  });

  it('slows a line when a timed grant lapses with nothing else left', async () => {
    const line = await online('timed');
    await line.report(MEGA);
    expect(await line.orders(1)).toEqual([SLOW]);
    const timed = { id: 'timed-1', kind: 'timed' as const, octets: 50 * MEGA, until: iso(300) };
    await mizan.apply({ lines: [{ username: 'timed', plan: 'timed', extraGrants: [timed] }] });
    expect(await line.orders(1)).toEqual([FULL]);
    expect(await atMoment(line, 300)).toEqual([SLOW]);
    expect(await line.history(3)).toEqual(['volume-ended', 'service-restored', 'grant-expired']);
  });

  it('goes on into a reserved term at full speed, and back to it, without a new login', async () => {
    const quiet = await online(
      'quiet',
      { expired: 'disconnect' },
      { expiresAt: iso(300), reserve: { plan: 'timed' } },
    );
    const used = await online(
      'used',
      { expired: 'disconnect' },
      { expiresAt: iso(300), reserve: { plan: 'timed' } },
    );
    await used.report(MEGA);
    expect(await used.orders(1)).toEqual([SLOW]);
    expect(await atMoment(used, 300)).toEqual([FULL]);
    await sleep(300);
    expect(quiet.unread).toBe(0);
    expect(await used.history(2)).toEqual(['volume-ended', 'reserve-started']);
  });

  it('brings a future version of a plan into force', async () => {
    const line = await online('version');
    const speed = { downKbps: 8192, upKbps: 2048 };
    await mizan.apply({ plans: [{ ...PLAN, name: 'version', speed, effectiveFrom: iso(300) }] });
    expect(await atMoment(line, 300)).toEqual(['Mikrotik-Rate-Limit = 2048k/8192k']);
    expect(await line.history(1)).toEqual(['plan-changed']);
  });

  it('goes from tier to tier as each is used up', async () => {
    const tiers = [{ octets: 2 * MEGA, downKbps: 2048, upKbps: 512 }];
    const line = await online('tiers', { tiers });
    await line.report(MEGA);
    expect(await line.orders(1)).toEqual(['Mikrotik-Rate-Limit = 512k/2048k']);
    await forward(60);
    await line.report(3 * MEGA);
    expect(await line.orders(1)).toEqual([SLOW]);
    expect(await line.history(2)).toEqual(['volume-ended', 'tier-ended']);
  });

  it('finds out by the reports that an acknowledged speed is not in force', async () => {
    const line = await online('deaf');
    await line.report(MEGA);
    expect(await line.orders(1)).toEqual([SLOW]);
    await eventually(async () => (await mizan.line('deaf')).sessions[0]?.mode === 'slow');
    let octets = MEGA;
    const fast = async () => {
      await forward(61);
      octets += 20 * MEGA;
      await line.report(octets);
    };
    const ordered: (readonly string[])[] = [];
    for (let round = 0; round < 3; round++) {
      await fast();
      await fast();
      ordered.push(await line.orders(1));
      await sleep(300);
    }
    expect(ordered).toEqual([[SLOW], ['disconnect'], ['disconnect']]);
    expect((await line.history(5)).toSorted()).toEqual(
      [
        'volume-ended',
        'not-in-force',
        'not-in-force',
        'not-in-force',
        'not-in-force: not-in-force',
      ].toSorted(),
    );
    expect(await mizan.metric('mizan_effects_not_in_force_total', { nas: 'tik' })).toBe(3);
  });
});
