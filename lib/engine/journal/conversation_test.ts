import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import type { ChatMessage } from "../../agents/model.ts";
import { Conversations, restoreMessages, type StoredRequest } from "./conversation.ts";
import { childStepId, digestArgs } from "./digest.ts";

const PLAIN = { noNullPrototype: true } as const;
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record(
    { role: fc.constantFrom("user" as const, "system" as const), content: fc.string() },
    PLAIN,
  ),
  fc.record({ role: fc.constant("assistant" as const), content: fc.string() }, PLAIN),
  fc.record(
    { role: fc.constant("tool" as const), content: fc.string(), toolCallId: fc.string() },
    PLAIN,
  ),
);
const conversation = fc.array(message, { minLength: 1, maxLength: 6 });
/** Threads that grow in turns, as parallel lanes of one step do. */
const calls = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), conversation), { maxLength: 12 });

Deno.test("Conversations.track() digests a growing conversation like the whole of it", () => {
  fc.assert(fc.property(calls, (turns) => {
    const growing = new Conversations();
    const threads: ChatMessage[][] = [[], [], []];
    turns.forEach(([lane, added], order) => {
      const messages = threads[lane] = [...threads[lane]!, ...added];
      const { digest } = growing.track(order, { messages });
      assertEquals(
        digest,
        new Conversations().track(0, { messages: structuredClone(messages) }).digest,
      );
    });
  }));
});

Deno.test("restoreMessages() gives back what each request held", () => {
  fc.assert(fc.property(calls, (turns) => {
    const tracker = new Conversations();
    const stored: StoredRequest[] = [];
    const asked: ChatMessage[][] = [];
    const threads: ChatMessage[][] = [[], [], []];
    turns.forEach(([lane, added], order) => {
      const messages = threads[lane] = [...threads[lane]!, ...added];
      stored[order] = JSON.parse(JSON.stringify(tracker.track(order, { messages }).stored));
      asked[order] = messages;
    });
    asked.forEach((messages, order) => {
      assertEquals(restoreMessages((n) => stored[n], order), messages);
    });
  }));
});

Deno.test("Conversations.track() stores each message of one growing conversation once", () => {
  const tracker = new Conversations();
  const messages: ChatMessage[] = [];
  let stored = 0;
  for (let order = 0; order < 200; order++) {
    messages.push({ role: "user", content: `message ${order}` });
    stored += tracker.track(order, { messages }).stored.added.length;
  }
  assertEquals(stored, 200);
});

Deno.test("Conversations.track() tells options and messages apart", () => {
  const messages: ChatMessage[] = [{ role: "user", content: "hi" }];
  const digest = (more: object) => new Conversations().track(0, { messages, ...more }).digest;
  assertNotEquals(digest({}), digest({ temperature: 0.5 }));
  assertNotEquals(digest({ maxTokens: 10 }), digest({ maxTokens: 11 }));
});

Deno.test("digestArgs() differs for different values", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) assertNotEquals(digestArgs(a), digestArgs(b));
  }));
});

Deno.test("childStepId() is the same again, and different for every order and generation", () => {
  const parent = "step_01HZZZZZZZ0123456789ABCDEF";
  const ids = new Set<string>();
  for (let order = 0; order < 1_000; order++) {
    for (let generation = 0; generation < 3; generation++) {
      ids.add(childStepId(parent, generation, order));
    }
  }
  assertEquals(ids.size, 3_000);
  assertEquals(childStepId(parent, 0, 7), childStepId(parent, 0, 7));
  assertEquals(/^step_[0-9A-HJKMNP-TV-Z]{26}$/.test(childStepId(parent, 1, 2)), true);
});
