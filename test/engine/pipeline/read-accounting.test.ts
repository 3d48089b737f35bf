import { describe, expect, it } from 'vitest';
import type { NasClient } from '../../../engine/nas/nas-client.ts';
import { PIPELINE_LIMITS } from '../../../engine/pipeline/limits.ts';
import { readAccounting } from '../../../engine/pipeline/read-accounting.ts';
import { AcctStatusType, AttributeType as Type } from '../../../engine/radius/attribute-type.ts';
import { Code } from '../../../engine/radius/code.ts';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { T0 } from '../accounting/samples.ts';

const writer = new PacketWriter();
type Write = (writer: PacketWriter) => void;

/** Reads a real packet with these attributes. */
function read(write: Write, nas: { swapDirections?: boolean; gigawordsSince?: number; boot?: number } = {}) {
  writer.begin(Code.AccountingRequest, 7);
  write(writer);
  const packet = decodePacket(Buffer.from(writer.finish()));
  if (typeof packet === 'string') throw new Error(packet);
  const client = {
    entry: { name: 'bras', swapDirections: nas.swapDirections ?? false },
    learned: { gigawordsSince: nas.gigawordsSince, boot: nas.boot ?? 0 },
    trafficClassOf: () => 'domestic',
  } as unknown as NasClient;
  return readAccounting({ packet, nas: client, secret: {} as never, source: '10.0.0.1', receivedAt: T0 });
}

const interim: Write = (to) => {
  to.uint32(Type.AcctStatusType, AcctStatusType.InterimUpdate);
  to.text(Type.UserName, 'ali');
  to.text(Type.AcctSessionId, 'id-1');
};

function record(write: Write, nas: Parameters<typeof read>[1] = {}) {
  const request = read((to) => {
    interim(to);
    write(to);
  }, nas);
  if (typeof request === 'string' || request.about !== 'session') throw new Error('not about a session');
  return { ...request.record, classValues: request.classValues };
}

const nothing: Write = () => {};

describe('what an Accounting-Request is about', () => {
  it.each([
    { status: AcctStatusType.Start, kind: 'start' },
    { status: AcctStatusType.InterimUpdate, kind: 'interim' },
    { status: AcctStatusType.Stop, kind: 'stop' },
  ])('a session: $kind', ({ status, kind }) => {
    const request = read((to) => {
      to.uint32(Type.AcctStatusType, status);
      to.text(Type.UserName, 'ali');
      to.text(Type.AcctSessionId, 'id-1');
    });
    expect(request).toMatchObject({
      about: 'session',
      record: { kind, username: 'ali', acctSessionId: 'id-1' },
    });
  });

  it.each([
    { status: AcctStatusType.AccountingOn, word: 'on' },
    { status: AcctStatusType.AccountingOff, word: 'off' },
  ])('the NAS: $word, without user and session, at its own time', ({ status, word }) => {
    const request = read((to) => {
      to.uint32(Type.AcctStatusType, status);
      to.uint32(Type.AcctDelayTime, 20);
    });
    expect(request).toEqual({ about: 'nas', status: word, at: T0 - 20_000 });
  });

  it.each([
    { name: 'no status', reason: 'no-acct-status-type', write: nothing },
    {
      name: 'an unknown status',
      reason: 'no-acct-status-type',
      write: (to: PacketWriter) => to.uint32(Type.AcctStatusType, 99),
    },
    {
      name: 'a status of three octets',
      reason: 'no-acct-status-type',
      write: (to: PacketWriter) => to.octets(Type.AcctStatusType, Buffer.from([0, 0, 1])),
    },
    {
      name: 'no user',
      reason: 'no-user-name',
      write: (to: PacketWriter) => to.uint32(Type.AcctStatusType, AcctStatusType.Start),
    },
    {
      name: 'no session',
      reason: 'no-session-id',
      write: (to: PacketWriter) => {
        to.uint32(Type.AcctStatusType, AcctStatusType.Stop);
        to.text(Type.UserName, 'ali');
      },
    },
  ])('nothing: $name is dropped as $reason', ({ write, reason }) => expect(read(write)).toBe(reason));
});

describe('counters', () => {
  const both: Write = (to) => {
    to.uint32(Type.AcctInputOctets, 5);
    to.uint32(Type.AcctInputGigawords, 2);
    to.uint32(Type.AcctOutputOctets, 0xffffffff);
  };

  it('join gigawords', () => {
    expect(record(both)).toMatchObject({ inputOctets: 2 * 2 ** 32 + 5, outputOctets: 2 ** 32 - 1 });
  });

  it('change places where the NAS has it the other way round', () => {
    expect(record(both, { swapDirections: true })).toMatchObject({
      inputOctets: 2 ** 32 - 1,
      outputOctets: 2 * 2 ** 32 + 5,
    });
  });

  it('are unknown when absent, and gigawords alone are a counter', () => {
    expect(record(nothing)).toMatchObject({ inputOctets: undefined, outputOctets: undefined });
    expect(record((to) => to.uint32(Type.AcctOutputGigawords, 1))).toMatchObject({
      inputOctets: undefined,
      outputOctets: 2 ** 32,
    });
  });

  it('stay exact however absurd, the sum of both too', () => {
    const { inputOctets, outputOctets } = record((to) => {
      for (const type of [Type.AcctInputGigawords, Type.AcctOutputGigawords]) to.uint32(type, 0xffffffff);
    });
    expect(inputOctets).toBe(PIPELINE_LIMITS.counterOctetsMax);
    expect(Number.isSafeInteger((inputOctets ?? 0) + (outputOctets ?? 0))).toBe(true);
  });

  it('can wrap only while no gigawords were ever seen', () => {
    const known = (write: Write, since?: number) => record(write, { gigawordsSince: since! }).gigawordsKnown;
    expect(known(nothing)).toBe(false);
    expect(known((to) => to.uint32(Type.AcctOutputGigawords, 0))).toBe(true);
    expect(known(nothing, T0)).toBe(true);
  });
});

describe('when a record was made', () => {
  const seconds = T0 / 1000;

  it.each([
    { name: 'arrival', delay: undefined, stamp: undefined, at: 0 },
    { name: 'arrival less Acct-Delay-Time', delay: 40, stamp: undefined, at: -40 },
    { name: 'an absurd delay ignored', delay: 0xffffffff, stamp: undefined, at: 0 },
    { name: 'Event-Timestamp near it', delay: undefined, stamp: -40, at: -40 },
    { name: 'Event-Timestamp, not less the delay', delay: 40, stamp: -45, at: -45 },
    { name: 'never later than arrival', delay: undefined, stamp: 40, at: 0 },
    { name: 'five minutes of skew', delay: undefined, stamp: -300, at: -300 },
    { name: 'not more than five minutes', delay: undefined, stamp: -301, at: 0 },
    { name: 'a clock wrong by years', delay: 40, stamp: -1_700_000_000, at: -40 },
  ])('$name', ({ delay, stamp, at }) => {
    const { order } = record((to) => {
      if (delay !== undefined) to.uint32(Type.AcctDelayTime, delay);
      if (stamp !== undefined) to.uint32(Type.EventTimestamp, seconds + stamp);
      to.uint32(Type.AcctSessionTime, 900);
    });
    expect(order).toEqual({
      eventTimestampSeconds: stamp === undefined ? undefined : seconds + stamp,
      sessionTimeSeconds: 900,
      at: T0 + at * 1000,
    });
  });

  it('has no session time when it is absent or longer than any session', () => {
    expect(record(nothing).order.sessionTimeSeconds).toBeUndefined();
    const absurd = record((to) => to.uint32(Type.AcctSessionTime, 0xffffffff));
    expect(absurd.order.sessionTimeSeconds).toBeUndefined();
  });
});

describe('identification', () => {
  it('takes NAS-Port, else NAS-Port-Id, else nothing', () => {
    const id: Write = (to) => to.text(Type.NasPortId, 'pppoe-7');
    const port: Write = (to) => to.uint32(Type.NasPort, 0);
    expect(record(id).nasPort).toBe('pppoe-7');
    expect(record(nothing).nasPort).toBe('');
    const withBoth = record((to) => {
      id(to);
      port(to);
    });
    expect(withBoth.nasPort).toBe('0');
  });

  it('takes addresses, station, cause, boot and source, and the first of a repeated attribute', () => {
    const read = record(
      (to) => {
        to.ipv4(Type.FramedIpAddress, '100.64.0.7');
        to.ipv4(Type.FramedIpAddress, '100.64.0.8');
        to.ipv6Prefix(Type.FramedIpv6Prefix, '2001:db8:1::/64');
        to.text(Type.CallingStationId, 'AA-BB');
        to.uint32(Type.AcctTerminateCause, 4);
      },
      { boot: 3 },
    );
    expect(read).toMatchObject({
      nas: 'bras',
      nasBoot: 3,
      nasAddress: '10.0.0.1',
      framedIp: '100.64.0.7',
      framedIpv6Prefix: '2001:db8:1::/64',
      callingStationId: 'AA-BB',
      trafficClass: 'domestic',
      terminateCause: 4,
    });
  });

  it('returns every Class as it came, proven by nobody yet', () => {
    const read = record((to) => {
      to.octets(Type.Class, Buffer.from('theirs'));
      to.octets(Type.Class, Buffer.from([0, 255]));
    });
    expect(read.classValues.map((value) => value.toString('latin1'))).toEqual(['theirs', '\0ÿ']);
    expect(read.classKey).toBeUndefined();
  });
});
