import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declareSetting } from '../../../engine/orders/declare-setting.ts';
import { type SettingVersion, settingsAt, USUAL_SETTINGS } from '../../../engine/orders/house-settings.ts';
import { placeVersion } from '../../../engine/orders/place-version.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { anySetting } from './catalogue-samples.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const anyDay = fc.integer({ min: -50, max: 50 }).map((days) => NOW + days * DAY_MS);

const anyVersions = fc.uniqueArray(
  fc.tuple(anySetting, anyDay).map(([{ name, value }, from]) => ({ name, from, value }) as SettingVersion),
  { selector: ({ name, from }) => `${name} ${from}`, maxLength: 20 },
);

describe('settings at an instant', () => {
  it('are the usual ones before anything was said', () => {
    expect(settingsAt([], NOW)).toEqual(USUAL_SETTINGS);
  });

  it('are for each name the newest value that has begun, in whatever order they come', () => {
    fc.assert(
      fc.property(anyVersions, anyDay, (versions, at) => {
        const settings = settingsAt(versions, at);
        expect(settingsAt(versions.toReversed(), at)).toEqual(settings);
        for (const name of Object.keys(USUAL_SETTINGS) as (keyof typeof USUAL_SETTINGS)[]) {
          const begun = versions.filter((version) => version.name === name && version.from <= at);
          const from = Math.max(...begun.map((version) => version.from));
          const newest = begun.find((version) => version.from === from);
          expect(settings[name]).toEqual(newest === undefined ? USUAL_SETTINGS[name] : newest.value);
        }
      }),
    );
  });

  it('change at the instants of versions only, and not by what begins later', () => {
    fc.assert(
      fc.property(anyVersions, anyDay, (versions, at) => {
        const begun = versions.filter(({ from }) => from <= at);
        expect(settingsAt(versions, at)).toEqual(settingsAt(begun, at));
        const last = Math.max(...begun.map(({ from }) => from), at - DAY_MS + 1);
        expect(settingsAt(versions, last)).toEqual(settingsAt(versions, at));
      }),
    );
  });
});

describe('a declared value', () => {
  it('holds from its date on, changes nothing before now, and is the same when declared again', () => {
    fc.assert(
      fc.property(anyVersions, anySetting, fc.nat(40), (versions, setting, days) => {
        const stored = versions.toSorted((left, right) => left.from - right.from);
        const from = NOW + days * DAY_MS;
        const declaration = { ...setting, effectiveFrom: new Date(from).toISOString() };
        const version = declareSetting(declaration, stored, NOW);
        const after = version === undefined ? stored : replaced(stored, version);
        expect(settingsAt(after, from)[setting.name]).toEqual(setting.value);
        expect(settingsAt(after, NOW - 1)).toEqual(settingsAt(stored, NOW - 1));
        expect(declareSetting(declaration, after, NOW + DAY_MS)).toBeUndefined();
      }),
    );
  });

  it('may hold from the past on when it is the first, and only then', () => {
    const past = NOW - DAY_MS;
    expect(placeVersion(1, [], past, NOW)).toEqual({ kind: 'at', from: past });
    const stored = [{ from: NOW - 9 * DAY_MS, value: 1 }];
    expect(placeVersion(2, stored, past, NOW)).toEqual({ kind: 'over' });
    expect(placeVersion(1, stored, past, NOW)).toEqual({ kind: 'same' });
    expect(placeVersion(2, stored, NOW - 30_000, NOW)).toEqual({ kind: 'at', from: NOW });
    expect(placeVersion(2, [...stored, { from: NOW, value: 2 }], NOW - 30_000, NOW + 1)).toEqual({
      kind: 'same',
    });
  });
});

function replaced(stored: readonly SettingVersion[], version: SettingVersion): readonly SettingVersion[] {
  const others = stored.filter(({ name, from }) => name !== version.name || from !== version.from);
  return [...others, version].toSorted((left, right) => left.from - right.from);
}
