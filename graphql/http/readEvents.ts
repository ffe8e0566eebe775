/** What a stream of server-sent events brings, as clients of subscriptions read it: each result, until it is complete. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void> {
  let rest = '';
  const chunks: AsyncIterable<string> = body.pipeThrough(new TextDecoderStream() as never);
  for await (const chunk of chunks) {
    rest += chunk;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (block.startsWith('event: complete')) return;
      if (block.startsWith('event: next')) yield JSON.parse(block.slice(block.indexOf('data: ') + 6));
    }
  }
}
