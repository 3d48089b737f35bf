/** Data of the next `count` patch events of a stream, which is then closed. */
export async function readEvents(answer: Response, count: number): Promise<unknown[]> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const events: unknown[] = [];
  let text = '';
  while (events.length < count) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after ${events.length} events`);
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, data] = /^event: patch\ndata: (.*)$/.exec(block) ?? [];
      if (data !== undefined && events.length < count) events.push(JSON.parse(data));
    }
  }
  await reader.cancel();
  return events;
}
