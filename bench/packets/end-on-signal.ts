/** Lets a signal end this process by way of its `exit` listeners, which take the servers with it that it has started. */
export function endOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}
