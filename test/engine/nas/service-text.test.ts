import { describe, expect, it } from 'vitest';
import type { AppliedService } from '../../../engine/accounting/session.ts';
import {
  fillServiceText,
  parseServiceText,
  serviceFiller,
  serviceValues,
} from '../../../engine/nas/service-text.ts';
import { octets } from '../../../engine/values/octets.ts';

const slow: AppliedService = { mode: 'slow', downKbps: 1_001, upKbps: 0 };
const full: AppliedService = { mode: 'full', downKbps: 8_000, upKbps: 500 };
const values = serviceValues(slow, full, octets(3 * 2 ** 32 + 9));
const filled = (text: string) => {
  const parsed = parseServiceText(text);
  return parsed.ok ? fillServiceText(parsed.value, values) : parsed.error;
};

describe('texts with placeholders', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['{mode}', 'slow'],
    ['a{downKbps}b{downBps}c', 'a1001b1001000c'],
    ['{downKbps*1.5}', '1501'],
    ['{downKbps/1000}m', '1m'],
    ['{wasMode} {wasDownKbps}/{wasUpKbps} {wasDownBps}/{wasUpBps}', 'full 8000/500 8000000/500000'],
    ['{capOctets} {capLow} {capHigh} {capOctets/1024}', '12884901897 9 3 12582912'],
  ])('%j gives %j', (text, expected) => expect(filled(text)).toBe(expected));

  it.each([
    ['{upKbps}', undefined],
    ['x{upBps}', undefined],
    ['x'.repeat(201), undefined],
    ['ب'.repeat(101), undefined],
  ])('%j cannot be written', (text, expected) => expect(filled(text)).toBe(expected));

  it.each([
    ['{nothing}', 'holds {nothing}, which stands for nothing'],
    ['{}', 'holds {}, which stands for nothing'],
    ['{downKbps*}', 'holds {downKbps*}, which stands for nothing'],
    ['{downKbps+1}', 'holds {downKbps+1}, which stands for nothing'],
    ['{downKbps/0}', 'holds {downKbps/0}, which has no value'],
    ['{downKbps', 'has a brace without its other half'],
    ['downKbps}', 'has a brace without its other half'],
    ['}{', 'has a brace without its other half'],
    ['{{mode}}', 'has a brace without its other half'],
  ])('%j is told to be wrong', (text, expected) => expect(filled(text)).toBe(expected));

  it('have no value for what nobody knows', () => {
    const bare = serviceValues({ mode: 'full', downKbps: 0, upKbps: 0 }, undefined, octets(0));
    const known = Object.entries(bare).filter(([, value]) => value !== undefined);
    expect(known).toEqual([
      ['mode', 'full'],
      ['burstSeconds', 1],
    ]);
  });

  it('tell a burst, and the speed itself where there is none', () => {
    const text = '{burstUpKbps}/{burstDownKbps} {thresholdUpKbps}/{thresholdDownKbps} {burstSeconds}';
    expect(serviceFiller(text)(full)).toBe('500/8000 500/8000 1');
    const burst = {
      downKbps: 9_000,
      upKbps: 600,
      thresholdDownKbps: 7_000,
      thresholdUpKbps: 400,
      seconds: 8,
    };
    expect(serviceFiller(text)({ ...full, burst })).toBe('600/9000 400/7000 8');
  });

  it('fill a service that stands alone', () => {
    expect(serviceFiller('{mode}-{downKbps}')(slow)).toBe('slow-1001');
    expect(serviceFiller('{wasMode}')(slow)).toBeUndefined();
    expect(serviceFiller(undefined)(slow)).toBeUndefined();
    expect(serviceFiller('{')(slow)).toBeUndefined();
  });
});
