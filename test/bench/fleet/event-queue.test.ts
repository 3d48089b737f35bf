import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../bench/fleet/event-queue.ts';

it('runs events by time and, within a second, in the order they were planned', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
      const queue = new EventQueue(1000);
      const ran: { index: number; at: number }[] = [];
      for (const [index, delay] of delays.entries())
        queue.in(delay, () => ran.push({ index, at: queue.now }));
      queue.runUntil(1020);
      const planned = delays.map((delay, index) => ({ index, at: 1000 + delay }));
      expect(ran).toEqual(planned.sort((a, b) => a.at - b.at || a.index - b.index));
      expect(queue.nextAt).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

it('runs what an event plans for the same moment, and leaves the future alone', () => {
  const queue = new EventQueue(0);
  const ran: string[] = [];
  queue.in(5, () => {
    ran.push('first');
    queue.in(0, () => ran.push('second'));
    queue.in(1, () => ran.push('later'));
  });
  queue.runUntil(5);
  expect(ran).toEqual(['first', 'second']);
  expect(queue.now).toBe(5);
  expect(queue.nextAt).toBe(6);
});
