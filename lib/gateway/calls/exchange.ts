/** One attempt's exchange with its provider, up to where the answer is whole or has truly begun. */
import type { Usage } from "../../agents/model.ts";
import type { WireReply } from "../../kernel/platform/http1_reply.ts";
import { digestText } from "../../kernel/core/json.ts";
import { broken, refused } from "../upstream_errors.ts";
import { estimateText } from "../tokens.ts";
import type { Running } from "./attempt.ts";
import {
  type ChunkSource,
  httpSource,
  readySource,
  Unreadable,
  wholeAsChunks,
} from "../upstream/chunk_source.ts";
import { AttemptFailed, type Failure } from "../upstream/failure.ts";
import type { Flight } from "./flight.ts";
import { embeddingsOffline } from "../offline/embeddings.ts";
import { offlineSource, offlineText } from "../upstream/offline.ts";
import { outgoingText, wantsUsage } from "../upstream/outgoing.ts";
import type { ChatBody } from "./schema.ts";
import { type Fault, StreamReading } from "../upstream/stream_reading.ts";
import { endedBy, hideKeys, send } from "../upstream/send.ts";
import { type ReadAnswer, readText, readWhole } from "../upstream/whole_answer.ts";

export interface OpenedWhole {
  readonly kind: "whole";
  readonly running: Running;
  readonly answer: ReadAnswer;
}

export interface OpenedStream {
  readonly kind: "stream";
  readonly running: Running;
  readonly source: ChunkSource;
  readonly reading: StreamReading;
  /** Read already, to be given on first. */
  readonly first: readonly string[];
  /** The stream is over already: whole, or broken after something of it had come. */
  readonly end: "done" | Fault | undefined;
  readonly inputTokens: number;
}

export type Opened = OpenedWhole | OpenedStream;

/** What an attempt asks. */
export interface Asked {
  readonly body: ChatBody;
  readonly inputTokens: number;
  /** It goes on where another answer broke off, under that one's id. */
  readonly asId?: unknown;
}

const PATHS = { chat: "chat/completions", embeddings: "embeddings" } as const;

/** Throws AttemptFailed; while nothing was given on, that is all there is to it. */
export async function exchange(
  flight: Flight,
  running: Running,
  asked: Asked,
): Promise<Opened> {
  const { body, inputTokens } = asked;
  const stream = body.stream === true;
  if (running.target.provider === "offline") return await offline(flight, running, asked);
  const reply = await request(flight, running, asked);
  const type = reply.headers.get("content-type") ?? "";
  const json = type === "" || type.includes("json");
  if (stream && type.includes("event-stream")) {
    const { calls } = flight.plan.settings;
    const source = httpSource(reply, running.watch, {
      chunkMs: running.connection.local ? calls.localChunkMs : calls.chunkMs,
      bytesMax: calls.answerBytesMax,
    });
    return await begin(running, source, asked);
  }
  if (!json) {
    reply.cancel();
    const wanted = stream ? "an event stream" : "JSON";
    throw failedReading(
      running,
      `the answer is "${type}", not ${wanted}; check the base URL`,
      undefined,
    );
  }
  const whole = await readAll(flight, running, reply, inputTokens);
  if (!stream) return whole;
  const source = readySource(wholeAsChunks(whole.answer.text));
  return await begin(running, source, asked);
}

/** Asks again, at once, when a provider refused what Muster itself had added to the request. */
async function request(
  flight: Flight,
  running: Running,
  { body, asId }: Asked,
): Promise<WireReply> {
  const { parts, plan } = flight;
  const { call, settings, decision } = plan;
  const stream = body.stream === true;
  const { target, connection, watch } = running;
  const key = `${target.provider}/${target.id}`;
  const named = decision.requested === target.id || decision.requested === key;
  for (;;) {
    const usage = !parts.withoutUsage.has(key);
    try {
      return await send(parts.ctx, {
        connection,
        target,
        path: PATHS[call.operation ?? "chat"],
        text: outgoingText(call, body, target, { usage }),
        stream,
        idempotencyKey: keyOf(call.idempotencyKey, [
          target === decision.model ? "" : key,
          asId === undefined ? "" : "continued",
          stream && !usage ? "without usage" : "",
        ]),
        watch,
        firstByteMs: connection.local
          ? settings.calls.localFirstByteMs
          : settings.calls.firstByteMs,
        named,
      });
    } catch (error) {
      const added = stream && usage && !wantsUsage(body);
      if (!added || !(error instanceof AttemptFailed)) throw error;
      const { status, reason } = error.failure;
      if (status !== 400 || !/stream_options|include_usage/i.test(reason)) throw error;
      parts.withoutUsage.add(key);
    }
  }
}

/** A key stands for one request as it is sent; what differs from the first is told apart. */
function keyOf(key: string | undefined, differences: readonly string[]): string | undefined {
  const differs = differences.some((one) => one !== "");
  return key !== undefined && differs ? digestText([key, ...differences].join("\n")) : key;
}

async function readAll(
  flight: Flight,
  running: Running,
  reply: WireReply,
  inputTokens: number,
): Promise<OpenedWhole> {
  const { call, settings } = flight.plan;
  const { watch } = running;
  let text = "";
  try {
    const { localChunkMs, chunkMs } = settings.calls;
    watch.expect(running.connection.local ? localChunkMs : chunkMs);
    text = await readText(reply, settings.calls.answerBytesMax);
    watch.rest();
    return { kind: "whole", running, answer: readWhole(text, call.operation ?? "chat") };
  } catch (error) {
    // It was accepted, so the provider did the work: what was asked is paid, and what came of it.
    const usage = { inputTokens, outputTokens: estimateText(text) };
    if (watch.passed) throw new AttemptFailed({ ...endedBy(watch, running.source), usage });
    if (error instanceof Unreadable) throw failedReading(running, error.message, usage);
    throw new AttemptFailed({
      ...cutFailure(running, "the connection broke while the answer was arriving", error),
      usage,
    });
  }
}

/** Reads until something of the answer is there: before that another model can still be asked. */
async function begin(
  running: Running,
  source: ChunkSource,
  { body, inputTokens, asId }: Asked,
): Promise<OpenedStream> {
  const reading = new StreamReading({ keepUsage: wantsUsage(body) && asId === undefined, asId });
  const first: string[] = [];
  let end: OpenedStream["end"];
  try {
    while (!reading.begun && end === undefined) {
      const batch = await source.read();
      if (batch === null) {
        end = { kind: "cut", reason: "the stream ended before it was complete" };
        break;
      }
      const taken = reading.take(batch);
      first.push(...taken.out);
      end = taken.end;
    }
  } catch (error) {
    throw new AttemptFailed(brokenReading(running, reading, inputTokens, error));
  }
  if (end === "done" && !reading.begun) {
    end = { kind: "cut", reason: "the stream held no answer" };
  }
  if (!reading.begun && end !== undefined && end !== "done") {
    throw new AttemptFailed({
      ...faultFailure(running, end),
      ...(end.kind === "error" ? {} : { usage: { inputTokens, outputTokens: 0 } }),
    });
  }
  running.watch.begun();
  return { kind: "stream", running, source, reading, first, end, inputTokens };
}

/** What a source that threw means. */
export function brokenReading(
  running: Running,
  reading: StreamReading,
  inputTokens: number,
  error: unknown,
): Failure {
  const usage = usageSoFar(reading, inputTokens);
  const { watch } = running;
  if (watch.passed) return { ...endedBy(watch, running.source), usage };
  if (error instanceof Unreadable) {
    return { ...failedReading(running, error.message, usage).failure };
  }
  return {
    ...cutFailure(running, "the connection broke while the answer was arriving", error),
    usage,
  };
}

/** As the provider counted, else as counted here. Before the end it may have counted only the beginning. */
export function usageSoFar(reading: StreamReading, inputTokens: number, whole = false): Usage {
  const { usage, finish } = reading;
  if (usage && (whole || finish !== undefined)) return usage;
  const counted = estimateText(reading.text) + estimateText(reading.beside);
  return {
    inputTokens: usage?.inputTokens ?? inputTokens,
    outputTokens: Math.max(usage?.outputTokens ?? 0, counted),
  };
}

export function faultFailure(running: Running, told: Fault): Failure {
  const fault = { ...told, reason: repeatable(running, told.reason) };
  switch (fault.kind) {
    case "cut":
      return cutFailure(running, fault.reason);
    case "malformed":
      return failedReading(running, fault.reason, undefined).failure;
    case "error": {
      const limited = /rate.?limit|too_many/i.test(`${fault.code ?? ""} ${fault.type ?? ""}`) ||
        fault.code === "429";
      const { source } = running;
      const { reason } = fault;
      return {
        outcome: "refused",
        reason,
        error: limited ? refused(source, { status: 429, message: reason }) : broken(source, reason),
        then: "again",
        blame: !limited,
        ...(limited ? { status: 429 } : {}),
      };
    }
  }
}

function cutFailure(running: Running, reason: string, cause?: unknown): Failure {
  return {
    outcome: "cut",
    reason,
    error: broken(running.source, reason, undefined, cause),
    then: "again",
    blame: true,
  };
}

const REASON_CHARS = 300;

/** What a server said, as far as it may be told on: short, and without the key it was sent. */
function repeatable(running: Running, reason: string): string {
  return hideKeys(reason, running.connection).slice(0, REASON_CHARS);
}

function failedReading(
  running: Running,
  said: string,
  usage: Usage | undefined,
): AttemptFailed {
  const reason = repeatable(running, said);
  return new AttemptFailed({
    outcome: "malformed",
    reason,
    error: broken(running.source, reason),
    then: "next",
    blame: true,
    ...(usage ? { usage } : {}),
  });
}

/** The demonstration model answers in the same words and shapes, without a wire between. */
async function offline(
  flight: Flight,
  running: Running,
  asked: Asked,
): Promise<Opened> {
  const { body } = asked;
  const { operation = "chat" } = flight.plan.call;
  const { clock } = flight.parts.ctx;
  if (body.stream === true) {
    const source = offlineSource(body, running.target, running.watch.signal, clock.now());
    return await begin(running, source, asked);
  }
  const text = operation === "embeddings"
    ? embeddingsOffline(body, running.target.id)
    : offlineText(body, running.target, clock.now());
  return { kind: "whole", running, answer: readWhole(text, operation) };
}
