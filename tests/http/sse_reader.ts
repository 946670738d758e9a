/** Reads server-sent events as a browser would, for tests: frames with their ids, in order. */

export interface Frame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

export class SseReader {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next frame; null when the stream ended. */
  async next(): Promise<Frame | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const frame = parseFrame(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 2);
        return frame;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  /** The next frame that is an event of the log; control frames are passed over. */
  async nextEvent(): Promise<Frame | null> {
    for (;;) {
      const frame = await this.next();
      if (!frame || frame.id !== undefined) return frame;
    }
  }

  /** Hangs up, as a closed tab does; unread frames are lost. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}

function parseFrame(text: string): Frame {
  let id: string | undefined;
  let event = "message";
  const data: string[] = [];
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
  return { id, event, data: data.join("\n") };
}

/** Reads events until one of these types came; null when the stream ended before. */
export async function readUntil(reader: SseReader, ...types: string[]): Promise<Frame | null> {
  for (;;) {
    const frame = await reader.nextEvent();
    if (!frame || types.includes(frame.event)) return frame;
  }
}

/** Follows a run as a viewer until it ends; the type of its last event. */
export async function runEnd(
  app: { fetch(path: string): Promise<Response> },
  runId: string,
): Promise<string | undefined> {
  const reader = new SseReader(await app.fetch(`/api/v1/runs/${runId}/events`));
  const frame = await readUntil(reader, "run.completed", "run.failed", "run.canceled");
  await reader.close();
  return frame?.event;
}
