/** A stream of server-sent events made by a generator, which is told when the reader has gone. */

export const EVENT_STREAM = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

const encoder = new TextEncoder();

/**
 * Asks for the next frame when the last was taken. The signal aborts when the client hangs up; the
 * generator's `finally` runs in any case.
 */
export function frames(
  make: (signal: AbortSignal) => AsyncGenerator<string>,
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const made = make(AbortSignal.any([gone, stop.signal]));
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await made.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel(reason) {
      stop.abort(reason);
      await made.return(undefined);
    },
  });
}

/** One frame; with an event's name where the protocol has one. */
export function frame(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}
