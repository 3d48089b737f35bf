import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import { climbLadder } from '../../../engine/jobs/climb-ladder.ts';
import type { NasEntry } from '../../../engine/nas/nas.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { Code } from '../../../engine/radius/code.ts';
import type { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import type { DynamicAnswer, DynamicTarget } from '../../../engine/transport/dynamic-client.ts';
import { sampleEffect, sampleLine } from '../../conformance/line-samples.ts';
import { sampleNas } from '../nas/nas-samples.ts';
import { writtenBy } from '../nas/vendors/examples/written.ts';

const FULL: AppliedService = { mode: 'full', downKbps: 4_096, upKbps: 512 };
const SLOW: AppliedService = { mode: 'slow', downKbps: 256, upKbps: 128 };
const SERVICES: Partial<NasEntry> = { vendor: 'cisco', driverSettings: { service: 'NET-{mode}' } };
const CALLS: Readonly<Record<number, string>> = { [Code.CoaRequest]: 'coa', [Code.DisconnectRequest]: 'dm' };

interface Sent {
  readonly call: string;
  readonly lines: readonly string[];
  readonly target: DynamicTarget;
}

/** Climbs with a NAS that gives these answers in turn: an Error-Cause, `ack`, or nothing at all. */
async function climb(
  entry: Partial<NasEntry>,
  effect: Partial<Effect>,
  answers: readonly (number | 'ack' | 'silence')[],
  known: Partial<Session> = {},
) {
  const sent: Sent[] = [];
  const send = async (code: number, target: DynamicTarget, write: (writer: PacketWriter) => void) => {
    const answer = answers[sent.length] ?? 'silence';
    sent.push({ call: CALLS[code] ?? '', lines: writtenBy(write).lines, target });
    const silent: DynamicAnswer = { code: undefined, errorCause: 0, transmissions: 4 };
    if (answer === 'silence') return silent;
    if (answer === 'ack') return { code: code + 1, errorCause: 0, transmissions: 1 };
    return { code: code + 2, errorCause: answer, transmissions: 1 };
  };
  const result = await climbLadder(
    {
      engine: { peek: async () => lineWithSession(known) },
      client: { send },
      clock: { now: () => 5_000 },
      nasNamed: (name) => (name === 'n1' ? sampleNas(entry) : undefined),
    },
    { ...sampleEffect('u1'), kind: 'change-speed', service: SLOW, ...effect },
  );
  return { result, sent, calls: sent.map(({ call }) => call).join(' ') };
}

/** The line of the effect, its session being told the full speed and an interim interval of 240 s. */
function lineWithSession(known: Partial<Session>): LineState {
  const { sessionKey: key } = sampleEffect('u1');
  const session = { key, applied: FULL, interimSeconds: 240, state: 'live', ...known };
  return { ...sampleLine('u1', 0), sessions: [session] as unknown as LineState['sessions'] };
}

describe('climbLadder', () => {
  it('sends the requests of a change one after the other, from what the session was told last', async () => {
    const { result, sent, calls } = await climb(SERVICES, {}, ['ack', 'ack']);
    expect(calls).toBe('coa coa');
    expect(sent.map(({ lines }) => lines.at(-1))).toEqual([
      'Cisco-AVPair = subscriber:service-name=NET-full',
      'Cisco-AVPair = subscriber:service-name=NET-slow',
    ]);
    expect(result).toEqual({ kind: 'change-speed', result: 'ack', errorCause: 0, attempts: 2, latencyMs: 0 });
  });

  it('names the session as its NAS wants it, with the time, in CoA and Disconnect alike', async () => {
    const { sent, calls } = await climb({ vendor: 'mikrotik' }, {}, [404, 'ack']);
    expect(calls).toBe('coa dm');
    const identity = ['User-Name = u1', 'Acct-Session-Id = S1', 'Framed-IP-Address = 10.0.0.1'];
    expect(sent[1]?.lines).toEqual([...identity, 'Event-Timestamp = 5']);
    expect(sent[0]?.lines).toEqual([...sent[1]!.lines, 'Mikrotik-Rate-Limit = 128k/256k']);
  });

  it('tells a NAS again what it would forget', async () => {
    const { sent } = await climb({ vendor: 'coova' }, {}, ['ack']);
    expect(sent[0]?.lines).toContain('Acct-Interim-Interval = 240');
  });

  it.each<
    [string, Partial<NasEntry>, Partial<Effect>, readonly (number | 'ack' | 'silence')[], string, object]
  >([
    ['refused', { vendor: 'mikrotik' }, {}, [401, 'ack'], 'coa dm', { kind: 'disconnect', result: 'ack' }],
    ['refused at the second request', SERVICES, {}, ['ack', 404, 'ack'], 'coa coa dm', { attempts: 3 }],
    [
      'unanswered',
      { vendor: 'huawei' },
      {},
      ['silence', 'silence'],
      'coa dm',
      { result: 'timeout', attempts: 8 },
    ],
    ['not possible', { vendor: 'wispr' }, {}, ['ack'], 'dm', { kind: 'disconnect', result: 'ack' }],
    [
      'of a session that nobody remembers',
      SERVICES,
      { sessionKey: 'other' },
      ['ack'],
      'dm',
      { result: 'ack' },
    ],
    [
      'no change',
      { vendor: 'mikrotik' },
      { kind: 'disconnect' },
      [503],
      'dm',
      { result: 'nak', errorCause: 503 },
    ],
    ['of a NAS that is gone', {}, { nas: 'n2' }, [], '', { result: 'no-nas', attempts: 0 }],
  ])('ends the session where a change is %s', async (_why, entry, effect, answers, expected, outcome) => {
    const { result, calls } = await climb(entry, effect, answers);
    expect(calls).toBe(expected);
    expect(result).toMatchObject(outcome);
  });

  it.each<[string, Partial<NasEntry>, readonly (number | 'silence')[], string]>([
    ['refused', { vendor: 'mikrotik' }, [401], 'coa'],
    ['unanswered', { vendor: 'mikrotik' }, ['silence'], 'coa'],
    ['not possible', { vendor: 'wispr' }, [], ''],
  ])('ends no session for a soft landing that is %s', async (_why, entry, answers, expected) => {
    const { result, calls } = await climb(entry, { reason: 'volume-ending' }, answers);
    expect(calls).toBe(expected);
    expect(result).toMatchObject({ kind: 'change-speed', result: 'nak', errorCause: 0 });
  });

  it('cuts nobody for the sake of a faster hour, but who was slow or captive', async () => {
    const opened = { reason: 'window-opened', service: { ...FULL, downKbps: 8_192 } } as const;
    const reconnecting: Partial<NasEntry> = { vendor: 'wispr' };
    const fast = await climb(reconnecting, opened, ['ack']);
    expect([fast.calls, fast.result?.result]).toEqual(['', 'nak']);
    const slow = await climb(reconnecting, opened, ['ack'], { applied: SLOW });
    expect([slow.calls, slow.result?.result]).toEqual(['dm', 'ack']);
  });

  it.each<[string, Partial<NasEntry>, Partial<Effect>, number]>([
    ['by its Error-Cause', { vendor: 'mikrotik' }, {}, 503],
    ['without one, where that is what it means', { vendor: 'coova' }, {}, 0],
    ['at the Disconnect', { vendor: 'coova' }, { kind: 'disconnect' }, 0],
  ])('leaves alone a session that the NAS does not know, told %s', async (_how, entry, effect, answer) => {
    const { result, sent } = await climb(entry, effect, [answer]);
    expect(sent).toHaveLength(1);
    expect(result).toMatchObject({ result: 'nak', errorCause: 503, attempts: 1 });
  });

  it.each<[string, Partial<Effect>, Partial<Session>, string]>([
    ['a speed that was acknowledged meanwhile', {}, { applied: SLOW }, ''],
    ['one that reports refute', { reason: 'not-in-force' }, { applied: SLOW }, 'coa'],
    ['a session of which a Stop has come', {}, { state: 'closed', closeCause: 'user-request' }, ''],
    ['to end such a session', { kind: 'disconnect' }, { state: 'closed', closeCause: 'user-request' }, ''],
    [
      'to end one that we gave up',
      { kind: 'disconnect' },
      { state: 'closed', closeCause: 'taken-over' },
      'dm',
    ],
  ])('orders only what is left to do: %s', async (_what, effect, known, expected) => {
    const { calls, result } = await climb({ vendor: 'mikrotik' }, effect, ['ack'], known);
    expect(calls).toBe(expected);
    expect(result?.result).toBe(expected === '' ? undefined : 'ack');
  });

  it.concurrent('asks once more where the NAS was short of something', async () => {
    const { result, calls } = await climb({ vendor: 'nokia' }, {}, [506, 'ack']);
    expect(calls).toBe('coa coa');
    expect(result).toMatchObject({ kind: 'change-speed', result: 'ack', attempts: 2 });
  });

  it.concurrent('asks no third time', async () => {
    const { result, calls } = await climb({ vendor: 'nokia' }, {}, [506, 506, 'ack']);
    expect(calls).toBe('coa coa dm');
    expect(result).toMatchObject({ kind: 'disconnect', result: 'ack', attempts: 3 });
  });

  it.each<[string, Partial<NasEntry>, string]>([
    ['where CoA is sent', { coaAddress: '10.5.5.5', coaPort: 1700 }, '10.5.5.5:1700'],
    ['its address', { address: '10.0.0.3' }, '10.0.0.3:3799'],
    ['where it last spoke from, as one of a block', { address: '127.0.0.0/8' }, '127.0.0.1:3799'],
  ])('reaches the NAS at %s', async (_where, entry, expected) => {
    const { sent } = await climb(entry, {}, ['ack']);
    expect(`${sent[0]?.target.address}:${sent[0]?.target.port}`).toBe(expected);
  });
});
