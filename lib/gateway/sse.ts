/** Reads server-sent events of a model stream; only `data` matters in this protocol. */

const MAX_EVENT_CHARS = 4 * 1024 * 1024;

/** The `data` of each event, in order. Throws RangeError for an event past 4 Mi characters. */
export async function* readData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffer = "";
  let data: string[] = [];
  for await (const bytes of body) {
    buffer += decoder.decode(bytes, { stream: true });
    if (buffer.length > MAX_EVENT_CHARS) throw new RangeError("an event is too large");
    // A lone CR at the end may be half of CRLF.
    const ready = buffer.endsWith("\r") ? buffer.length - 1 : buffer.length;
    const lines = buffer.slice(0, ready).split(/\r\n|\n|\r/);
    buffer = lines.pop()! + buffer.slice(ready);
    for (const line of lines) {
      if (line === "") {
        if (data.length) yield data.join("\n");
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
    }
  }
  // Some servers leave out the blank line after the last event.
  const rest = (buffer + decoder.decode()).replace(/\r$/, "");
  if (rest.startsWith("data:")) data.push(rest.slice(rest[5] === " " ? 6 : 5));
  if (data.length) yield data.join("\n");
}
