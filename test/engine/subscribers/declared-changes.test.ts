import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../engine/quota/grant.ts';
import { declaredNas } from '../../../engine/subscribers/declared.ts';
import { declaredChange, lineChange, nasChange } from '../../../engine/subscribers/declared-changes.ts';
import type { LineRecord } from '../../../engine/subscribers/line-record.ts';
import { octets } from '../../../engine/values/octets.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

const LINE: LineRecord = {
  ...{ username: 'u1', displayName: '', revision: 1, status: 'active', password: 'pw', planName: 'gold' },
  ...{ expiresAt: NOW, reserve: undefined, staticIp: '', concurrentSessions: undefined, macLock: '' },
  ...{ framedRoutes: [], framedIpv6Prefix: '', delegatedIpv6Prefix: '', grants: [] },
};

const grant = (id: string, kind: Grant['kind'], volume: number): Grant => ({
  ...{ id, kind, octets: octets(volume), consumed: octets(0), from: NOW, until: undefined },
  ...{ priority: 0, tier: 0, createdAt: NOW },
});

describe('what becomes of a line', () => {
  it('is nothing where only what the ledger counts is different', () => {
    const used = { ...grant('g1', 'gift', 5), consumed: octets(3) };
    const before = { ...LINE, grants: [used] };
    expect(lineChange({ ...LINE, revision: 2, grants: [grant('g1', 'gift', 5)] }, before)).toBeUndefined();
  });

  it.each([
    ['pw', 'other', 'set', 'changed'],
    ['', 'pw', null, 'set'],
    ['pw', '', 'set', null],
    [undefined, 'pw', 'set', 'changed'],
  ])('tells a password %j that becomes %j without it', (before, after, was, is) => {
    const change = lineChange({ ...LINE, password: after }, { ...LINE, password: before });
    expect(change).toMatchObject({ before: { password: was }, after: { password: is } });
  });

  it('says nothing of a password that cannot be opened and stays', () => {
    const stored = { ...LINE, password: undefined };
    expect(lineChange(stored, stored)).toBeUndefined();
    expect(lineChange({ ...stored, macLock: 'aabb' }, stored)).toEqual({
      ...{ action: 'line.update', subject: 'line:u1' },
      ...{ before: { macLock: '' }, after: { macLock: 'aabb' } },
    });
  });

  it('tells grants that came and went, those of terms by the terms alone', () => {
    const before = { ...LINE, grants: [grant('term', 'service', 9), grant('old', 'timed', 5)] };
    const change = lineChange(
      { ...LINE, grants: [grant('next', 'service', 9), grant('g1', 'gift', 7)] },
      before,
    );
    const told = { from: '2026-11-21T12:00:00.000Z', until: null, priority: 0 };
    expect(change).toMatchObject({
      before: { grants: [{ id: 'old', kind: 'timed', octets: 5, ...told }] },
      after: { grants: [{ id: 'g1', kind: 'gift', octets: 7, ...told }] },
    });
  });
});

it('tells of a NAS what is gone, too', () => {
  const nas = { name: 'bras1', address: '10.0.0.1', secret: 'abc' };
  const before = declaredNas({ ...nas, acceptAttributes: { 'Framed-MTU': 1_492 } });
  expect(nasChange(declaredNas(nas), before)).toEqual({
    ...{ action: 'nas.update', subject: 'nas:bras1' },
    ...{ before: { acceptAttributes: { 'Framed-MTU': 1_492 } }, after: { acceptAttributes: null } },
  });
});

it('takes values for the same in whatever order their names are, and with fields that are undefined', () => {
  const before = { speed: { up: 1, down: 2 } };
  expect(declaredChange('x', 'n', before, { speed: { down: 2, up: 1, burst: undefined } })).toBeUndefined();
});
