import { readdirSync, readFileSync } from 'node:fs';

/** `/proc` counts in hundredths of a second on every Linux that Node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** What `/proc/<pid>/stat` says of a process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Name of the program, or of the thread. */
  readonly name: string;
  /** User and system time of all its threads, dead ones too. */
  readonly ownSeconds: number;
  /** The same of its ended children and theirs. */
  readonly endedChildrenSeconds: number;
}

/** Reads one line of `/proc/<pid>/stat` (proc_pid_stat(5)); the name may hold blanks and parentheses. */
export function parseStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')');
  const fields = line.slice(nameEnd + 2).split(' ');
  const seconds = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) / TICKS_PER_SECOND;
  return {
    pid: Number.parseInt(line, 10),
    parent: Number(fields[1]),
    name: line.slice(line.indexOf('(') + 1, nameEnd),
    ownSeconds: seconds(11),
    endedChildrenSeconds: seconds(13),
  };
}

/** Processor time of `root` and all its descendants, those that have ended and were waited for included. */
export function treeSeconds(processes: readonly ProcessStat[], root: number): number {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const sum = (process: ProcessStat): number =>
    (children.get(process.pid) ?? []).reduce(
      (total, child) => total + sum(child),
      process.ownSeconds + process.endedChildrenSeconds,
    );
  const found = processes.find(({ pid }) => pid === root);
  return found === undefined ? 0 : sum(found);
}

/** All processes of the machine; one that ends while we look is left out. */
export function readProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(`/proc/${pid}/stat`));
}

/** Processor time that the whole machine has used, from the first line of `/proc/stat`; waiting and stolen time are not in it. */
export function parseMachineSeconds(stat: string): number {
  const [user, nice, system, , , interrupts, softInterrupts] = stat
    .split('\n', 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(1);
  const ticks = [user, nice, system, interrupts, softInterrupts].map(Number);
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

/** Processor time that the whole machine has used. */
export function machineSeconds(): number {
  return parseMachineSeconds(readFileSync('/proc/stat', 'latin1'));
}

function readStat(path: string): ProcessStat[] {
  try {
    return [parseStat(readFileSync(path, 'latin1'))];
  } catch {
    return [];
  }
}
