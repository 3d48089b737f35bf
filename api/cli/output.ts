/**
 * Writes a text and waits until it is written.
 * @returns why it could not be; nothing when whoever reads has closed the pipe, for then they have seen enough.
 */
export function write(stream: NodeJS.WriteStream, text: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    // Without a listener the stream would throw the fault that the callback is told.
    stream.once('error', () => undefined);
    stream.write(text, (fault) => {
      const code = (fault as NodeJS.ErrnoException | null | undefined)?.code;
      resolve(code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' ? undefined : (fault ?? undefined));
    });
  });
}
