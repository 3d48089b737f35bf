#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Call, callServer, type Reply } from './client.ts';
import { type CallCommand, type Command, readCommand } from './commands.ts';
import { printable } from './format.ts';
import { helpText } from './help.ts';
import type { ImportCommand } from './import/run-import.ts';
import { write } from './output.ts';

const EXIT = { done: 0, bad: 1, refused: 1, wrongUsage: 2, unreachable: 3 } as const;

process.exitCode = await run(readCommand(process.argv.slice(2))).catch((fault: unknown) =>
  complain(EXIT.bad, [`mizan failed: ${String(fault)}`]),
);

async function run(command: Command): Promise<number> {
  if (command.kind === 'help') return tell(EXIT.done, helpText);
  if (command.kind === 'wrong') return complain(EXIT.wrongUsage, [command.message, 'See: mizan help']);
  return command.kind === 'import' ? runImporter(command) : runCall(command);
}

async function runCall(command: CallCommand): Promise<number> {
  const { bodyFile, wrap = (text: string) => text } = command;
  const body = bodyFile === undefined ? undefined : await readBody(bodyFile);
  if (body instanceof Error) return complain(EXIT.wrongUsage, [`cannot read ${bodyFile}: ${body.message}`]);
  try {
    const reply = await carryOut(
      command,
      body === undefined ? command.call : { ...command.call, body: wrap(body) },
    );
    if (reply.kind !== 'ok') return complain(EXIT[reply.kind], reply.lines);
    // Shown even for JSON: what cannot be is no answer of this route.
    const shown = command.show(reply.body);
    const text = command.json ? JSON.stringify(reply.body, null, 2) : shown;
    return await tell(command.meaning(reply.body) === 'bad' ? EXIT.bad : EXIT.done, `${text}\n`);
  } catch (fault) {
    // Nothing above throws but what reads an answer that has not what its route answers.
    const why = `is it of another version? (${(fault as Error).message})`;
    return complain(EXIT.bad, [`the server answered, but not as Mizan does: ${why}`]);
  }
}

async function carryOut({ meaning, approve }: CallCommand, call: Call): Promise<Reply> {
  let reply = await callServer(process.env, call);
  while (reply.kind === 'ok' && meaning(reply.body) === 'again') reply = await callServer(process.env, call);
  if (approve === undefined || reply.kind !== 'ok') return reply;
  const done = await approve(reply.body);
  if (done === undefined) return reply;
  return 'message' in done ? { kind: 'refused', lines: [done.message] } : callServer(process.env, done.next);
}

async function runImporter(command: ImportCommand): Promise<number> {
  // Loaded when it is asked for: the other commands begin without what reads files.
  const { runImport } = await import('./import/run-import.ts');
  const { exit, out, err } = await runImport(command, process.env, (sentence) => {
    void write(process.stderr, `${sentence}\n`);
  });
  const told =
    out === '' ? EXIT.done : await tell(EXIT.done, `${out.split('\n').map(printable).join('\n')}\n`);
  return (err.length === 0 ? EXIT[exit] : await complain(EXIT[exit], err)) || told;
}

async function readBody(file: string): Promise<string | Error> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    return error as Error;
  }
}

async function tell(exitCode: number, text: string): Promise<number> {
  const fault = await write(process.stdout, text);
  return fault === undefined ? exitCode : complain(EXIT.bad, [`cannot write the answer: ${fault.message}`]);
}

async function complain(exitCode: number, lines: readonly string[]): Promise<number> {
  await write(process.stderr, `${lines.map(printable).join('\n')}\n`);
  return exitCode;
}
