import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../api/cli/main.ts', import.meta.url));

/** How `mizan` ended. */
export interface MizanEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs `mizan` as a process of its own.
 * @param env all that it knows of its surroundings beside the search path.
 * @param input what it reads from standard input.
 */
export function runMizan(
  args: readonly string[],
  { cwd, env, input = '' }: { cwd: string; env: Readonly<Record<string, string>>; input?: string },
): Promise<MizanEnd> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...args],
      { cwd, env: { PATH, ...env } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      },
    );
    child.stdin?.end(input);
  });
}
