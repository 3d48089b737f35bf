import { expect, test } from 'vitest';
import {
  machineSeconds,
  parseMachineSeconds,
  parseStat,
  readProcesses,
  treeSeconds,
} from '../../../bench/packets/process-cpu.ts';

const stat = (pid: number, name: string, parent: number, times: string) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194304 100 0 0 0 ${times} 20 0 1 0 5 0 0`;

test('a program whose name has blanks and parentheses is read', () => {
  expect(parseStat(stat(12, 'postgres: (a) b', 3, '150 50 7 3'))).toEqual({
    pid: 12,
    parent: 3,
    name: 'postgres: (a) b',
    ownSeconds: 2,
    endedChildrenSeconds: 0.1,
  });
});

test('a tree is its root, all descendants and those that have ended, and nobody else', () => {
  const processes = [
    stat(10, 'postgres', 1, '100 0 50 0'),
    stat(11, 'postgres', 10, '100 100 0 0'),
    stat(12, 'worker', 11, '25 0 0 0'),
    stat(13, 'somebody', 1, '9999 0 0 0'),
  ].map(parseStat);
  expect(treeSeconds(processes, 10)).toBeCloseTo(3.75);
  expect(treeSeconds(processes, 99)).toBe(0);
});

test('the machine has worked while it was neither idle nor waiting', () => {
  expect(parseMachineSeconds('cpu  100 10 50 9000 800 5 35 700 0 0\ncpu0 1 1 1 1\n')).toBe(2);
});

test('this process is found in what the machine says', () => {
  const processes = readProcesses();
  expect(processes.find(({ pid }) => pid === process.pid)?.parent).toBe(process.ppid);
  expect(treeSeconds(processes, process.pid)).toBeGreaterThan(0);
  expect(machineSeconds()).toBeGreaterThan(treeSeconds(processes, process.pid));
});
