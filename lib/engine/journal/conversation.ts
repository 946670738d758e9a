/**
 * Messages of a step's model calls, each stored once: a request that continues an earlier one is a
 * reference to it, a count, and what is new. The digest continues the same way, so a call costs what it
 * adds and not what came before.
 */
import type { ChatMessage, ModelRequest } from "../../agents/model.ts";
import { Digest } from "./digest.ts";

/** How a model request is kept in the journal. */
export interface StoredRequest {
  /** Order of the effect whose messages it continues; absent: it starts anew. */
  readonly from?: number;
  /** Messages taken over from there. */
  readonly count: number;
  readonly added: readonly ChatMessage[];
}

export interface TrackedRequest {
  readonly digest: string;
  readonly stored: StoredRequest;
}

interface Thread {
  order: number;
  messages: readonly ChatMessage[];
  digest: Digest;
}

/** Parallel threads remembered per step; an older one is stored anew when it is continued. */
const MAX_THREADS = 8;

export class Conversations {
  #threads: Thread[] = [];

  /** Digest and stored form of the request made as effect `order`. */
  track(order: number, request: ModelRequest): TrackedRequest {
    const { messages } = request;
    const thread = this.#threads.find((t) => continues(t.messages, messages));
    const count = thread?.messages.length ?? 0;
    const digest = thread ? thread.digest : new Digest();
    for (let i = count; i < messages.length; i++) addMessage(digest, messages[i]!);
    const stored: StoredRequest = {
      ...(thread ? { from: thread.order } : {}),
      count,
      // The agent may go on adding to its own list.
      added: messages.slice(count),
    };
    if (thread) {
      thread.order = order;
      thread.messages = messages.slice();
      const at = this.#threads.indexOf(thread);
      if (at > 0) this.#threads.unshift(...this.#threads.splice(at, 1));
    } else {
      this.#threads.unshift({ order, messages: messages.slice(), digest });
      if (this.#threads.length > MAX_THREADS) this.#threads.pop();
    }
    return { digest: withOptions(digest, request), stored };
  }
}

/** The whole list of messages behind the request of effect `order`, oldest first. */
export function restoreMessages(
  stored: (order: number) => StoredRequest | undefined,
  order: number,
): ChatMessage[] {
  const chain: StoredRequest[] = [];
  for (let at: number | undefined = order; at !== undefined;) {
    const request: StoredRequest | undefined = stored(at);
    if (!request) break;
    chain.push(request);
    at = request.from;
  }
  const messages: ChatMessage[] = [];
  for (const request of chain.reverse()) {
    messages.length = Math.min(messages.length, request.count);
    messages.push(...request.added);
  }
  return messages;
}

function continues(old: readonly ChatMessage[], now: readonly ChatMessage[]): boolean {
  if (now.length < old.length) return false;
  // From the end: threads that differ at all mostly differ there.
  for (let i = old.length - 1; i >= 0; i--) {
    if (old[i] !== now[i] && !sameMessage(old[i]!, now[i]!)) return false;
  }
  return true;
}

function sameMessage(a: ChatMessage, b: ChatMessage): boolean {
  if (a.role !== b.role || a.content !== b.content) return false;
  if (a.role === "tool" && b.role === "tool") return a.toolCallId === b.toolCallId;
  if (a.role === "assistant" && b.role === "assistant") {
    return a.toolCalls === b.toolCalls || callsText(a) === callsText(b);
  }
  return true;
}

function callsText(message: ChatMessage): string {
  return "toolCalls" in message && message.toolCalls?.length
    ? JSON.stringify(message.toolCalls)
    : "";
}

function addMessage(digest: Digest, message: ChatMessage): void {
  digest.add(message.role).add(message.content);
  if (message.role === "tool") digest.add(message.toolCallId);
  else if (message.role === "assistant" && message.toolCalls?.length) {
    digest.add(callsText(message));
  }
}

function withOptions(messages: Digest, request: ModelRequest): string {
  const { model, tools, responseFormat, maxTokens, temperature } = request;
  if (
    model === undefined && !tools && !responseFormat && maxTokens === undefined &&
    temperature === undefined
  ) return messages.text();
  return new Digest(messages)
    .add(JSON.stringify([model, tools, responseFormat, maxTokens, temperature]))
    .text();
}
