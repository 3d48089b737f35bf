import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { TestClock } from '../../../engine/runtime/clock.ts';
import { kernelDrops } from '../../../engine/runtime/kernel-drops.ts';
import { serveCalls, ThreadCaller } from '../../../engine/runtime/thread-calls.ts';

describe('thread calls', () => {
  const connect = () => {
    const { port1, port2 } = new MessageChannel();
    serveCalls(port2, {
      double: async (number: number) => number * 2,
      slow: () => pause(60_000),
      fail: async () => {
        throw new Error('no such line');
      },
      throwAtOnce: () => {
        throw new Error('at once');
      },
      uncopiable: async () => () => 1,
    });
    return { caller: new ThreadCaller(port1), close: () => port1.close() };
  };

  it('bring back results, and errors as their text', async () => {
    const { caller, close } = connect();
    expect(await Promise.all([caller.call('double', 2), caller.call('double', 3)])).toEqual([4, 6]);
    await expect(caller.call('fail', undefined)).rejects.toThrow('no such line');
    await expect(caller.call('throwAtOnce', undefined)).rejects.toThrow('at once');
    await expect(caller.call('uncopiable', undefined)).rejects.toThrow('could not be cloned');
    await expect(caller.call('unknown', undefined)).rejects.toThrow('no handler unknown');
    await expect(caller.call('double', () => 1)).rejects.toThrow('could not be cloned');
    close();
  });

  it('reject when the other thread is gone, now and later', async () => {
    const { caller, close } = connect();
    const call = caller.call('slow', undefined);
    caller.fail(new Error('gone'));
    await expect(call).rejects.toThrow('gone');
    await expect(caller.call('double', 1)).rejects.toThrow('gone');
    close();
  });
});

describe('TestClock', () => {
  it('stands still, never runs back, and moves in all threads at once', async () => {
    const clock = new TestClock(1_000);
    const other = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const cell = new BigInt64Array(workerData);
       parentPort.on('message', () => parentPort.postMessage(Number(Atomics.load(cell, 0))));`,
      { eval: true, workerData: clock.shared },
    );
    const seenThere = async () => {
      other.postMessage('now?');
      return ((await once(other, 'message')) as [number])[0];
    };
    expect(await seenThere()).toBe(1_000);
    clock.moveTo(5_000);
    clock.moveTo(4_000);
    expect([clock.now(), await seenThere()]).toEqual([5_000, 5_000]);
    const twin = new TestClock(clock.shared);
    twin.moveTo(6_000.7);
    expect(clock.now()).toBe(6_000);
    await other.terminate();
  });
});

describe('kernelDrops', () => {
  it('counts what came while nobody read', async () => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_096 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    expect(kernelDrops([port])).toBe(0);
    const sender = new Worker(
      `const { workerData } = require('node:worker_threads');
       const socket = require('node:dgram').createSocket('udp4');
       for (let i = 0; i < 200; i++) socket.send(Buffer.alloc(1000), workerData, '127.0.0.1');`,
      { eval: true, workerData: port },
    );
    // The thread itself starts without this one's event loop; blocking it is what fills the socket's buffer.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    await vi.waitFor(() => expect(kernelDrops([port])).toBeGreaterThan(0));
    expect(kernelDrops([])).toBe(0);
    await sender.terminate();
    socket.close();
  });
});
