/**
 * Server-sent events as async iterables that outlive their connection: resumed after the last event,
 * backing off with jitter, a silent connection taken for dead, and told when events were missed.
 */
import { MusterError } from "./error.ts";
import { FrameParser } from "./frames.ts";
import { isPassing, queryText, type Transport, waitOf } from "./transport.ts";
import { Deadline, pause } from "./waiting.ts";

/** One fact, in commit order; its own fields stand beside these. */
export interface MusterEvent {
  /** Where to resume: `events({after: event.id})`. */
  readonly id: string;
  /** `task.claimed`, `lock.granted`, `chat.posted` … or `reset`: events were missed, read anew. */
  readonly type: string;
  readonly at: string;
  readonly actor?: string;
  readonly stream: string;
  // deno-lint-ignore no-explicit-any -- each type has its own fields
  readonly [field: string]: any;
}

export type StreamState = "connecting" | "live" | "reconnecting";

export interface EventOptions {
  /** Event types; `task.*` takes all of a kind. Default: all but text deltas. */
  readonly types?: readonly string[];
  /** An event's id, `latest` (the default: what happens from now on) or `start`. */
  readonly after?: string;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  readonly onState?: (state: StreamState) => void;
}

/** The server pings every 15 s. */
const SILENCE_MS = 40_000;

/** Events of a stream for as long as they are read. Throws `MusterError` when the stream is refused. */
export async function* followEvents(
  transport: Transport,
  path: string,
  options: EventOptions = {},
): AsyncGenerator<MusterEvent, void> {
  const { signal, onState } = options;
  const types = options.types && options.types.length > 0 ? options.types.join(",") : undefined;
  const left = new AbortController();
  const leave = () => left.abort();
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted) leave();
  let after = options.after ?? "latest";
  try {
    onState?.("connecting");
    for (let failures = 0; !left.signal.aborted; failures++) {
      let trouble: unknown;
      try {
        if (after === "latest") after = await latestCursor(transport, path, left.signal);
        for await (const event of readOnce(transport, path, { types, after }, left.signal)) {
          failures = 0;
          if (event === "alive") onState?.("live");
          else {
            after = event.type === "reset" ? "latest" : event.id;
            yield event;
          }
        }
      } catch (error) {
        if (left.signal.aborted) return;
        if (error instanceof MusterError && !isPassing(error)) throw error;
        trouble = error;
      }
      onState?.("reconnecting");
      await pause(waitOf(trouble, failures), left.signal);
    }
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/** The cursor of everything so far; `start` where there is nothing yet. */
async function latestCursor(
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const query = { format: "json", after: "latest", limit: 1 };
  const page = await transport.send<{ nextCursor: string | null }>("GET", path, { query, signal });
  return page.nextCursor ?? "start";
}

/** One connection, until it ends or breaks. */
async function* readOnce(
  transport: Transport,
  path: string,
  { types, after }: { readonly types: string | undefined; readonly after: string },
  signal: AbortSignal,
): AsyncGenerator<MusterEvent | "alive", void> {
  const deadline = new Deadline(SILENCE_MS, signal);
  try {
    const query = queryText({ types, after: after === "start" ? undefined : after });
    const headers = { accept: "text/event-stream" };
    const response = await transport.open(path + query, headers, deadline.signal);
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    const parser = new FrameParser();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      deadline.alive();
      for (const frame of parser.push(decoder.decode(value, { stream: true }))) {
        if (frame.id !== undefined) yield JSON.parse(frame.data) as MusterEvent;
        else if (frame.type === "reset") {
          yield { id: "", type: "reset", at: "", stream: "", ...JSON.parse(frame.data) };
          return;
        } else yield "alive";
      }
    }
  } finally {
    deadline.end();
    deadline.stop();
  }
}
