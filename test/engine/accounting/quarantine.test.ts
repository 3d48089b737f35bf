import { describe, expect, it } from 'vitest';
import { applyRecord } from '../../../engine/accounting/apply-record.ts';
import { closeSession } from '../../../engine/accounting/session-life.ts';
import { CONTEXT, LINE_OCTETS_PER_SECOND, play, type Report, recordOf } from './samples.ts';

const GB = 2 ** 30;
const TB = 2 ** 40;

const start: Report = { kind: 'start', seconds: 0 };
const normal: Report = { seconds: 300, input: 0, output: 1 * GB };
const spike: Report = { seconds: 600, input: 0, output: 9 * TB };
const sane: Report = { seconds: 900, input: 0, output: 2 * GB };
const beyond: Report = { seconds: 900, input: 0, output: 9 * TB + GB };

const played = (reports: readonly Report[]) => {
  const { total, rated, quarantined, anomalies } = play(reports.map((report) => recordOf(report)));
  return { total, rated, quarantined, anomalies };
};

describe('an implausible jump', () => {
  it('is held: neither counted nor billed', () => {
    expect(played([start, normal, spike])).toMatchObject({ total: GB, rated: GB, quarantined: 0 });
  });

  it('begins just above twice what the line carries in the time', () => {
    const most = LINE_OCTETS_PER_SECOND * 300 * 2;
    const at = (output: number): Report => ({ seconds: 600, input: 0, output: GB + output });
    expect(played([normal, at(most)])).toMatchObject({ rated: GB + most, anomalies: ['start-missing'] });
    expect(played([normal, at(most + 1)]).anomalies).toContain('implausible-jump');
  });

  it('is quarantined exactly when the next record confirms it', () => {
    expect(played([start, normal, spike, beyond])).toEqual({
      total: 9 * TB + GB,
      rated: 2 * GB,
      quarantined: 9 * TB - GB,
      anomalies: ['implausible-jump', 'jump-confirmed'],
    });
  });

  it('is forgotten when the next record refutes it', () => {
    expect(played([start, normal, spike, sane])).toEqual({
      total: 2 * GB,
      rated: 2 * GB,
      quarantined: 0,
      anomalies: ['implausible-jump', 'jump-refuted'],
    });
  });

  it.each([1, 2, 5])('is neither confirmed nor billed by %i copies of itself', (copies) => {
    const again = new Array<Report>(copies).fill(spike);
    expect(played([start, normal, spike, ...again])).toMatchObject({ total: GB, rated: GB, quarantined: 0 });
    expect(played([start, normal, spike, ...again, sane])).toMatchObject({ total: 2 * GB, rated: 2 * GB });
  });

  it('is neither confirmed nor refuted by what came before it', () => {
    const between: Report = { seconds: 450, input: 0, output: 1.5 * GB };
    const held = [start, normal, spike, between];
    expect(played(held)).toMatchObject({ total: 1.5 * GB, rated: 1.5 * GB, quarantined: 0 });
    expect(played([...held, beyond])).toMatchObject({ total: 9 * TB + GB, quarantined: 9 * TB - 1.5 * GB });
    expect(played([...held, sane])).toMatchObject({ total: 2 * GB, rated: 2 * GB });
  });

  it('is quarantined at once on a Stop', () => {
    const stop: Report = { ...spike, kind: 'stop' };
    expect(played([start, normal, stop])).toMatchObject({
      total: 9 * TB,
      rated: GB,
      quarantined: 9 * TB - GB,
    });
    expect(played([start, normal, stop, stop])).toMatchObject({ total: 9 * TB, quarantined: 9 * TB - GB });
  });

  it.each([
    { name: 'zero', stop: { kind: 'stop', seconds: 900, input: 0, output: 0 } },
    { name: 'without counters', stop: { kind: 'stop', seconds: 900 } },
    { name: 'at the moment of the spike', stop: { ...spike, kind: 'stop' } },
    { name: 'older than the newest record', stop: { kind: 'stop', seconds: 200, input: 0, output: 9 } },
  ] satisfies { name: string; stop: Report }[])(
    'that is held is not lost when the Stop is $name',
    ({ stop }) => {
      expect(played([start, normal, spike, stop])).toMatchObject({
        total: 9 * TB,
        rated: GB,
        quarantined: 9 * TB - GB,
      });
    },
  );

  it('that is held when we close the session is declared', () => {
    const { session } = play([start, normal, spike].map((report) => recordOf(report)));
    const closed = closeSession(session, 'lost');
    expect(closed.usage.quarantinedOctets).toBe(9 * TB - GB);
    expect(closed.counters.held).toBeUndefined();
    expect(closeSession(closed, 'lost').usage.quarantinedOctets).toBe(9 * TB - GB);
  });

  it('is judged by the time since a reset when session time began anew', () => {
    const reset = recordOf({ seconds: 1500, input: 0, output: 5 * GB });
    const records = [
      recordOf({ seconds: 900, input: 0, output: 6 * GB }),
      { ...reset, order: { ...reset.order, sessionTimeSeconds: 590 } },
    ];
    const result = play(records);
    expect([result.total, result.quarantined]).toEqual([11 * GB, 0]);
  });
});

describe('the first packet of a session that is too old', () => {
  const old = (report: Report) =>
    recordOf(report, { receivedAt: recordOf(report).receivedAt + 25 * 3_600_000 });

  it.each([
    { name: 'an Interim', record: old(normal) },
    { name: 'a Stop', record: old({ ...normal, kind: 'stop' }) },
    {
      name: 'one without session time',
      record: { ...old(normal), order: { ...old(normal).order, sessionTimeSeconds: undefined } },
    },
  ])('is recorded, quarantined and not billed: $name', ({ record }) => {
    const applied = applyRecord(undefined, record, CONTEXT);
    expect(applied.quarantinedOctets).toBe(GB);
    expect(applied.delta).toEqual({ inputOctets: 0, outputOctets: 0 });
    expect([applied.session.state, applied.session.closeCause]).toEqual(['closed', 'too-old']);
    expect(applied.anomalies).toContain('too-old');
  });
});

describe('a NAS whose clock is set back within a session', () => {
  it.each([3600, 86_400, 20 * 31_557_600])('by %i s is counted by session time, once', (seconds) => {
    const setBack = (report: Report) => {
      const record = recordOf(report);
      const stamp = (record.order.eventTimestampSeconds ?? 0) - seconds;
      return { ...record, order: { ...record.order, eventTimestampSeconds: stamp } };
    };
    const reports: Report[] = [300, 600, 900, 1200].map((at) => ({
      seconds: at,
      input: at,
      output: at * 10,
    }));
    const records = [
      recordOf(reports[0]!),
      recordOf(reports[1]!),
      setBack(reports[2]!),
      setBack(reports[3]!),
    ];
    expect(play(records).total).toBe(13_200);
    const disordered = [records[0]!, records[2]!, records[1]!, records[3]!, records[0]!];
    expect(play(disordered).total).toBe(13_200);
  });
});
