import { describe, expect, it } from 'vitest';
import { passTime } from '../../../engine/jobs/pass-time.ts';
import { USUAL_SETTINGS } from '../../../engine/orders/house-settings.ts';
import { WorkFailed } from '../../../engine/orders/work-failed.ts';
import { TestClock } from '../../../engine/runtime/clock.ts';
import { jalaliDay, jalaliWallTime } from '../../../engine/values/jalali.ts';

const wall = (day: number, hour: number, minute: number) =>
  jalaliWallTime(jalaliDay(1405, 8, day)!, hour * 60 + minute);

describe('passing time', () => {
  it('stops at 03:20 and 10:30 of every day on the way, and at the end', async () => {
    const clock = new TestClock(wall(1, 9, 0));
    const stops: number[] = [];
    await passTime(
      {
        now: () => clock.now(),
        moveTo: (at) => clock.moveTo(at),
        settings: async () => USUAL_SETTINGS,
        runAll: async () => stops.push(clock.now()),
      },
      wall(3, 3, 20),
    );
    expect(stops).toEqual([wall(1, 10, 30), wall(2, 3, 20), wall(2, 10, 30), wall(3, 3, 20)]);
  });

  it('does nothing for a moment that is over', async () => {
    const clock = new TestClock(wall(2, 9, 0));
    const passing = { now: () => clock.now(), moveTo: () => {}, settings: async () => USUAL_SETTINGS };
    await passTime({ ...passing, runAll: async () => expect.fail('nothing is due') }, wall(1, 0, 0));
  });

  it('comes to the end past what cannot be done on the way, and tells of the first', async () => {
    const clock = new TestClock(wall(1, 9, 0));
    const passing = {
      now: () => clock.now(),
      moveTo: (at: number) => clock.moveTo(at),
      settings: async () => USUAL_SETTINGS,
    };
    const runAll = () => Promise.reject(new WorkFailed(0, [`at ${clock.now()}`]));
    const failed = passTime({ ...passing, runAll }, wall(3, 3, 20));
    await expect(failed).rejects.toMatchObject({ failures: [`at ${wall(1, 10, 30)}`] });
    expect(clock.now()).toBe(wall(3, 3, 20));
    const away = passTime({ ...passing, runAll: () => Promise.reject(new Error('away')) }, wall(9, 0, 0));
    await expect(away).rejects.toThrow('away');
    expect(clock.now()).toBe(wall(3, 10, 30));
  });
});
