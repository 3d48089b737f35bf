#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { callServer } from './client.ts';
import { type Command, readCommand } from './commands.ts';
import { printable } from './format.ts';
import { helpText } from './help.ts';
import type { ImportCommand } from './import/run-import.ts';

const EXIT = { done: 0, bad: 1, refused: 1, wrongUsage: 2, unreachable: 3 } as const;

process.exitCode = await run(readCommand(process.argv.slice(2)));

async function run(command: Command): Promise<number> {
  if (command.kind === 'help') {
    process.stdout.write(helpText);
    return EXIT.done;
  }
  if (command.kind === 'wrong') return complain(EXIT.wrongUsage, [command.message, 'See: mizan help']);
  if (command.kind === 'import') return runImporter(command);
  const { call, json, bodyFile, wrap = (text) => text, approve, show, meaning } = command;
  const body = bodyFile === undefined ? undefined : await readBody(bodyFile);
  if (body instanceof Error) return complain(EXIT.wrongUsage, [`cannot read ${bodyFile}: ${body.message}`]);
  const whole = body === undefined ? call : { ...call, body: wrap(body) };
  let reply = await callServer(process.env, whole);
  while (reply.kind === 'ok' && meaning(reply.body) === 'again') reply = await callServer(process.env, whole);
  if (approve !== undefined && reply.kind === 'ok') {
    const done = await approve(reply.body);
    if ('message' in done) return complain(EXIT.refused, [done.message]);
    reply = await callServer(process.env, done.next);
  }
  if (reply.kind === 'unreachable') return complain(EXIT.unreachable, reply.lines);
  if (reply.kind === 'refused') return complain(EXIT.refused, reply.lines);
  process.stdout.write(`${json ? JSON.stringify(reply.body, null, 2) : show(reply.body)}\n`);
  return meaning(reply.body) === 'bad' ? EXIT.bad : EXIT.done;
}

async function runImporter(command: ImportCommand): Promise<number> {
  // Loaded when it is asked for: the other commands begin without what reads files.
  const { runImport } = await import('./import/run-import.ts');
  const { exit, out, err } = await runImport(command, process.env, (sentence) => {
    process.stderr.write(`${sentence}\n`);
  });
  if (out !== '') process.stdout.write(`${out.split('\n').map(printable).join('\n')}\n`);
  return err.length === 0 ? EXIT[exit] : complain(EXIT[exit], err);
}

async function readBody(file: string): Promise<string | Error> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    return error as Error;
  }
}

function complain(exitCode: number, lines: readonly string[]): number {
  process.stderr.write(`${lines.map(printable).join('\n')}\n`);
  return exitCode;
}
