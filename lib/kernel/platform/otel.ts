/** OpenTelemetry spans. The runtime is the exporter; with telemetry off a span is one branch. */
import type { Attributes, Span, Tracer } from "@opentelemetry/api";

export type SpanAttributes = Attributes;

/** What code inside a span may say about it. */
export interface SpanHandle {
  set(attributes: SpanAttributes): void;
}

const IDLE: SpanHandle = { set: () => {} };

interface Telemetry {
  readonly tracer: Tracer;
  readonly traceId: () => string | undefined;
}

// Telemetry belongs to the process, not to an app: the runtime has one exporter.
let telemetry: Telemetry | undefined;

/** Turns spans on. The package is loaded only here, so that it costs a cold start nothing. */
export async function startTelemetry(version: string): Promise<void> {
  const { trace } = await import("@opentelemetry/api");
  telemetry = {
    tracer: trace.getTracer("muster", version),
    traceId: () => trace.getActiveSpan()?.spanContext().traceId,
  };
}

/** Runs `fn` in a span; its failure is the span's. Names and attributes by the GenAI conventions. */
export function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  fn: (span: SpanHandle) => Promise<T>,
): Promise<T> {
  if (!telemetry) return fn(IDLE);
  return telemetry.tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await fn({ set: (more) => void span.setAttributes(more) });
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Whether spans go anywhere, for callers to whom even naming one costs too much. */
export function isTracing(): boolean {
  return telemetry !== undefined;
}

/** Id of the trace this code runs in, if telemetry is on. */
export function traceId(): string | undefined {
  return telemetry?.traceId();
}

/** `SpanStatusCode.ERROR`, without loading the package for a constant. */
const STATUS_ERROR = 2;

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: STATUS_ERROR, message: error instanceof Error ? error.name : undefined });
}
