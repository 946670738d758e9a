/** Reads event entries (see kv/batch_commit.ts for the layout) and makes the frames viewers are sent. Pure. */
import { decodeText, encodeText } from "../kv/values.ts";

export interface StoredEvent {
  /** `<versionstamp>.<index>` */
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  /** The public event as JSON, without `id` and `stream`. */
  readonly json: string;
  /** JSON of the journal part; never leaves the server. */
  readonly hidden?: string;
}

/** The events of one entry whose index is above `after`. */
export function entryEvents(
  stamp: string,
  stream: string,
  bytes: Uint8Array,
  after = -1,
): StoredEvent[] {
  const lines = decodeText(bytes).split("\n");
  const first = Number(lines[0]);
  const events: StoredEvent[] = [];
  for (let i = Math.max(1, after - first + 2); i < lines.length; i++) {
    const line = lines[i]!;
    const typeEnd = line.indexOf("\t");
    const jsonEnd = line.indexOf("\t", typeEnd + 1);
    const id = `${stamp}.${first + i - 1}`;
    const type = line.slice(0, typeEnd);
    events.push(
      jsonEnd < 0 ? { id, stream, type, json: line.slice(typeEnd + 1) } : {
        id,
        stream,
        type,
        json: line.slice(typeEnd + 1, jsonEnd),
        hidden: line.slice(jsonEnd + 1),
      },
    );
  }
  return events;
}

/** The public event with its id and stream, as every surface shows it. */
export function publicJson(event: StoredEvent): string {
  return `{"id":"${event.id}","stream":${JSON.stringify(event.stream)},${event.json.slice(1)}`;
}

/** One server-sent event. */
export function eventFrame(event: StoredEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${publicJson(event)}\n\n`;
}

export function encodeFrames(events: readonly StoredEvent[]): Uint8Array<ArrayBuffer> {
  let text = "";
  for (const event of events) text += eventFrame(event);
  return encodeText(text);
}
