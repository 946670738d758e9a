/**
 * A chat completion, chunk by chunk, as a Response with its stream events. A whole completion is taken as
 * one chunk, so that both forms come from the same rules. Pure: ids and the time are given.
 */
import { isObject, type JsonRecord } from "./refusal.ts";
import type {
  OutputFunctionCall,
  OutputItem,
  OutputMessage,
  OutputReasoning,
  RefusalPart,
  ResponseObject,
  ResponsesBody,
  ResponseUsage,
  TextPart,
} from "./responses_schema.ts";

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [member: string]: unknown;
}

export interface AnswerSource {
  readonly responseId: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly itemId: (kind: "msg" | "fc" | "rs") => string;
  readonly body: ResponsesBody;
}

export interface Failure {
  readonly message: string;
  readonly code: string | null;
  readonly type: string;
  readonly param: string | null;
}

interface Delta extends JsonRecord {
  readonly tool_calls?:
    | readonly {
      readonly index?: number;
      readonly id?: string | null;
      readonly function?:
        | { readonly name?: string | null; readonly arguments?: string | null }
        | null;
    }[]
    | null;
}

export class ResponseBuilder {
  readonly #source: AnswerSource;
  readonly response: ResponseObject;
  #sequence = 0;
  #events: ResponseEvent[] = [];
  #message: OutputMessage | undefined;
  #reasoning: OutputReasoning | undefined;
  readonly #calls = new Map<number, OutputFunctionCall>();
  #finish: string | undefined;

  constructor(source: AnswerSource) {
    this.#source = source;
    this.response = {
      id: source.responseId,
      object: "response",
      created_at: Math.floor(source.now() / 1000),
      status: "in_progress",
      error: null,
      incomplete_details: null,
      model: source.body.model,
      output: [],
      usage: null,
      ...echo(source.body),
    };
  }

  /** The events before anything of the answer has arrived. */
  begin(model: string): ResponseEvent[] {
    this.response.model = model;
    for (const type of ["response.created", "response.in_progress"]) {
      this.#emit(type, { response: structuredClone(this.response) });
    }
    return this.#taken();
  }

  /** One chunk, or a whole completion. What it does not understand it leaves out. */
  take(chunk: unknown): ResponseEvent[] {
    if (!isObject(chunk)) return [];
    if (isObject(chunk.usage)) this.response.usage = usageOf(chunk.usage);
    if (isObject(chunk.muster)) this.#mark(chunk.muster);
    const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
    if (!isObject(choice)) return this.#taken();
    const delta = isObject(choice.delta) ? choice.delta : choice.message;
    if (isObject(delta)) this.#take(delta, choice.logprobs);
    if (typeof choice.finish_reason === "string") this.#finish = choice.finish_reason;
    return this.#taken();
  }

  /** The answer is whole. */
  finish(): ResponseEvent[] {
    const cut = this.#finish === "length" || this.#finish === "content_filter";
    this.#closeItems(cut ? "incomplete" : "completed");
    this.response.status = cut ? "incomplete" : "completed";
    if (cut) {
      this.response.incomplete_details = {
        reason: this.#finish === "length" ? "max_output_tokens" : "content_filter",
      };
    } else this.response.completed_at = Math.floor(this.#source.now() / 1000);
    this.#emit(`response.${this.response.status}`, { response: this.response });
    return this.#taken();
  }

  /** The answer broke off: what arrived of it stays, marked as incomplete; `usage` is what that took. */
  fail(failure: Failure, usage?: unknown): ResponseEvent[] {
    if (isObject(usage)) this.response.usage = usageOf(usage);
    for (const item of this.response.output) item.status = "incomplete";
    this.response.status = "failed";
    this.response.error = { code: failure.code ?? "server_error", message: failure.message };
    const { message, code, param } = failure;
    // Told flat as the document has it, and as an object, as OpenAI itself sends it.
    this.#emit("error", { message, code, param, error: failure });
    this.#emit("response.failed", { response: this.response });
    return this.#taken();
  }

  #take(delta: Delta, logprobs: unknown): void {
    const thought = delta.reasoning_content ?? delta.reasoning;
    if (typeof thought === "string" && thought !== "") this.#takeThought(thought);
    if (typeof delta.content === "string" && delta.content !== "") {
      this.#takeText(delta.content, logprobs);
    }
    if (typeof delta.refusal === "string" && delta.refusal !== "") this.#takeRefusal(delta.refusal);
    for (const [at, call] of (delta.tool_calls ?? []).entries()) this.#takeCall(call, at);
  }

  /** Where another model went on: in the Response itself, and told at once by an event clients know. */
  #mark({ continued }: JsonRecord): void {
    if (!isObject(continued)) return;
    const before = this.response.muster?.continued ?? [];
    this.response.muster = { continued: [...before, continued] };
    this.#emit("response.in_progress", { response: structuredClone(this.response) });
  }

  #takeThought(text: string): void {
    if (!this.#reasoning) {
      this.#reasoning = {
        type: "reasoning",
        id: this.#source.itemId("rs"),
        status: "in_progress",
        summary: [],
        content: [],
      };
      this.#addItem(this.#reasoning);
      this.#reasoning.content.push({ type: "reasoning_text", text: "" });
      this.#emitPart("added", this.#reasoning, 0);
    }
    this.#reasoning.content[0]!.text += text;
    this.#emit("response.reasoning_text.delta", {
      ...this.#place(this.#reasoning, 0),
      delta: text,
    });
  }

  #takeText(text: string, logprobs: unknown): void {
    this.#closeReasoning();
    const message = this.#openMessage();
    const found = isObject(logprobs) && Array.isArray(logprobs.content) ? logprobs.content : [];
    const at = this.#part<TextPart>(message, "output_text", () => ({
      type: "output_text",
      text: "",
      annotations: [],
      logprobs: [],
    }));
    const part = message.content[at] as TextPart;
    part.text += text;
    part.logprobs.push(...found);
    this.#emit("response.output_text.delta", {
      ...this.#place(message, at),
      delta: text,
      logprobs: found,
    });
  }

  #takeRefusal(text: string): void {
    this.#closeReasoning();
    const message = this.#openMessage();
    const at = this.#part<RefusalPart>(
      message,
      "refusal",
      () => ({ type: "refusal", refusal: "" }),
    );
    (message.content[at] as RefusalPart).refusal += text;
    this.#emit("response.refusal.delta", { ...this.#place(message, at), delta: text });
  }

  #takeCall(
    delta: NonNullable<Delta["tool_calls"]>[number],
    at: number,
  ): void {
    this.#closeReasoning();
    const index = delta.index ?? at;
    let call = this.#calls.get(index);
    if (!call) {
      const id = this.#source.itemId("fc");
      call = {
        type: "function_call",
        id,
        status: "in_progress",
        call_id: delta.id || id,
        name: delta.function?.name ?? "",
        arguments: "",
      };
      this.#calls.set(index, call);
      this.#addItem(call);
    }
    const piece = delta.function?.arguments ?? "";
    if (piece === "") return;
    call.arguments += piece;
    this.#emit("response.function_call_arguments.delta", {
      item_id: call.id,
      output_index: this.response.output.indexOf(call),
      delta: piece,
    });
  }

  #openMessage(): OutputMessage {
    if (this.#message) return this.#message;
    this.#message = {
      type: "message",
      id: this.#source.itemId("msg"),
      status: "in_progress",
      role: "assistant",
      content: [],
    };
    this.#addItem(this.#message);
    return this.#message;
  }

  #part<P extends TextPart | RefusalPart>(
    message: OutputMessage,
    type: P["type"],
    make: () => P,
  ): number {
    const known = message.content.findIndex((part) => part.type === type);
    if (known >= 0) return known;
    const at = message.content.push(make()) - 1;
    this.#emitPart("added", message, at);
    return at;
  }

  #addItem(item: OutputItem): void {
    this.response.output.push(item);
    this.#emit("response.output_item.added", {
      output_index: this.response.output.length - 1,
      item: structuredClone(item),
    });
  }

  #closeReasoning(): void {
    if (this.#reasoning?.status === "in_progress") this.#close(this.#reasoning, "completed");
  }

  #closeItems(status: "completed" | "incomplete"): void {
    for (const item of this.response.output) {
      if (item.status === "in_progress") this.#close(item, status);
    }
  }

  #close(item: OutputItem, status: "completed" | "incomplete"): void {
    if (item.type === "function_call") {
      this.#emit("response.function_call_arguments.done", {
        item_id: item.id,
        output_index: this.response.output.indexOf(item),
        name: item.name,
        arguments: item.arguments,
      });
    } else {
      for (const [at, part] of item.content.entries()) {
        const place = this.#place(item, at);
        if (part.type === "output_text") {
          const { text, logprobs } = part;
          this.#emit("response.output_text.done", { ...place, text, logprobs });
        } else if (part.type === "refusal") {
          this.#emit("response.refusal.done", { ...place, refusal: part.refusal });
        } else this.#emit("response.reasoning_text.done", { ...place, text: part.text });
        this.#emitPart("done", item, at);
      }
    }
    item.status = status;
    this.#emit("response.output_item.done", {
      output_index: this.response.output.indexOf(item),
      item: structuredClone(item),
    });
  }

  #emitPart(what: "added" | "done", item: OutputMessage | OutputReasoning, at: number): void {
    this.#emit(`response.content_part.${what}`, {
      ...this.#place(item, at),
      part: structuredClone(item.content[at]),
    });
  }

  #place(item: OutputItem, content_index: number) {
    return { item_id: item.id, output_index: this.response.output.indexOf(item), content_index };
  }

  #emit(type: string, members: JsonRecord): void {
    this.#events.push({ type, sequence_number: this.#sequence++, ...members });
  }

  #taken(): ResponseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** What a Response repeats of its request, with the defaults that were not said. */
function echo(body: ResponsesBody): JsonRecord {
  return {
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    service_tier: body.service_tier ?? "default",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { ...body.text, format: body.text?.format ?? { type: "text" } },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: "disabled",
    background: false,
    user: body.user ?? null,
    ...(body.safety_identifier != null && { safety_identifier: body.safety_identifier }),
    ...(body.prompt_cache_key != null && { prompt_cache_key: body.prompt_cache_key }),
  };
}

function usageOf(usage: JsonRecord): ResponseUsage {
  const count = (from: unknown, name: string) => {
    const value = isObject(from) ? from[name] : undefined;
    return typeof value === "number" && Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
  };
  const input_tokens = count(usage, "prompt_tokens");
  const output_tokens = count(usage, "completion_tokens");
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: count(usage.prompt_tokens_details, "cached_tokens") },
    output_tokens,
    output_tokens_details: {
      reasoning_tokens: count(usage.completion_tokens_details, "reasoning_tokens"),
    },
    total_tokens: input_tokens + output_tokens,
  };
}
