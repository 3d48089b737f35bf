import { createServer } from 'node:net';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { isUnreachable } from '../../../engine/runtime/unreachable.ts';

const withCode = (code: string) => Object.assign(new Error('?'), { code });

it('tells a server that is away from one that refuses us', () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', '57P01', '57P03', '53300', '08006']) {
    expect(isUnreachable(withCode(code)), code).toBe(true);
  }
  for (const code of ['28P01', '3D000', '42601', 'ERR_INVALID_URL']) {
    expect(isUnreachable(withCode(code)), code).toBe(false);
  }
  expect(isUnreachable(new Error('the ledger has schema 9'))).toBe(false);
  expect(isUnreachable(new AggregateError([withCode('ECONNREFUSED'), withCode('EHOSTUNREACH')]))).toBe(true);
  expect(isUnreachable(new Error('wrapped', { cause: withCode('ECONNRESET') }))).toBe(true);
  expect(isUnreachable('no error at all')).toBe(false);
});

it('knows what the driver of PostgreSQL says of nobody there, and of somebody who hangs up', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const connect = async () => {
    const client = new Client({ host: '127.0.0.1', port, user: 'u', database: 'd' });
    client.on('error', () => {});
    return client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  expect(isUnreachable(await connect())).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(isUnreachable(await connect())).toBe(true);
});
