import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../values/result.ts';

/** A folder that this process alone may use until it releases it. */
export interface FolderLock {
  release(): void;
}

/** A process, told apart from a later one that was given the same id. */
interface Owner {
  readonly pid: number;
  /** When it started, in the kernel's own terms, together with the boot; '' where the system does not tell. */
  readonly started: string;
}

const LOCK_FILE = 'mizan.lock';
const MAX_TRIES = 5;

/** Folders that this process holds: a second lock of its own would otherwise look like one it left behind. */
const held = new Set<string>();

/**
 * Locks a folder for this process, making it if need be; the embedded ledger does not lock its files itself, and two
 * processes on them destroy them. A lock whose process is gone (kill -9, power cut) is taken over. Processes are
 * recognised on one machine and in one container only.
 * Returns a sentence for the operator when another process holds the folder.
 * @throws Error when the folder cannot be written.
 */
export function lockFolder(path: string): Result<FolderLock, string> {
  mkdirSync(path, { recursive: true });
  const folder = realpathSync(path);
  if (held.has(folder)) return fail(`${folder} is in use by this process already`);
  const file = join(folder, LOCK_FILE);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(ownerOf(process.pid)));
  try {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      if (takeOver(own, file)) return ok(holdFolder(folder, file));
      const found = readOwner(file);
      if (found !== undefined && isAlive(found)) {
        return fail(`${folder} is in use by process ${found.pid}; stop it first, or choose another folder`);
      }
      removeStale(file, found, own);
    }
    return fail(`${folder} is being locked by another process right now`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Puts our finished file in place in one step; false when there is one already. */
function takeOver(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw reason;
  }
}

function holdFolder(folder: string, file: string): FolderLock {
  held.add(folder);
  return {
    release() {
      if (held.delete(folder)) rmSync(file, { force: true });
    },
  };
}

/**
 * Takes a stale lock away. Another process may have done so a moment ago and hold the folder by now: what was
 * moved aside is looked at again, and put back when it is not the stale one.
 */
function removeStale(file: string, stale: Owner | undefined, own: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && JSON.stringify(moved) !== JSON.stringify(stale)) takeOver(aside, file);
  rmSync(aside, { force: true });
}

/** The owner written in a lock file, or `undefined` when the file is gone or holds something else. */
function readOwner(file: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return Number.isSafeInteger(pid) && typeof started === 'string' ? { pid: pid!, started } : undefined;
  } catch {
    return undefined;
  }
}

/** A process of this id runs, and it is the one that wrote the lock. */
function isAlive(owner: Owner): boolean {
  const running = ownerOf(owner.pid);
  if (running.started !== '' && owner.started !== '') return running.started === owner.started;
  if (owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ownerOf(pid: number): Owner {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the 3rd field is the state, the 22nd the start; the 2nd, in brackets, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that was killed but not yet reaped holds nothing any more.
    if (fields[0] === 'Z') return { pid, started: 'gone' };
    return { pid, started: `${boot} ${fields[19]}` };
  } catch {
    return { pid, started: '' };
  }
}
