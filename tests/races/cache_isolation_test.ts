import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ManualClock } from "../../lib/kernel/core/clock.ts";
import { seededIds } from "../../lib/kernel/core/ids.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { tempStore } from "../harness/temp_store.ts";
import { createRedaction } from "../../lib/gateway/redaction/mod.ts";
import { redactionSettings } from "../../lib/gateway/redaction/schema.ts";
import { createCache } from "../../lib/gateway/cache/create.ts";
import {
  type CacheQuestion,
  cacheSettings,
  type FreshAnswer,
} from "../../lib/gateway/cache/schema.ts";

const facts = { model: "m", provider: "p", inputTokens: 1, outputTokens: 1, costMicros: 1 };

interface Ask {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly sharing: "workspace" | "key";
  readonly semantic: boolean;
  readonly stream: boolean;
  readonly text: string;
  readonly mode: CacheQuestion["mode"];
}

/** Prompts that differ in little, and ways to ask them that differ in nothing that matters. */
const subject = fc.record({
  what: fc.constantFrom("the budget", "the  budget", "the Budget", "a budget"),
  of: fc.constantFrom("of Acme", "of Acmé", "of acme", "for Acme"),
  year: fc.constantFrom("in 2024", "in 2025", "not in 2024", ""),
}).map(({ what, of, year }) => `${what} ${of} ${year}`);

const asks = fc.array(subject, { minLength: 2, maxLength: 3 }).chain((subjects) =>
  fc.array(
    fc.record<Ask>({
      workspaceId: fc.constantFrom("alpha", "beta"),
      keyId: fc.constantFrom("key_1", "key_2"),
      sharing: fc.constantFrom("workspace", "key"),
      semantic: fc.boolean(),
      stream: fc.boolean(),
      text: fc.tuple(
        fc.constantFrom("What is", "Please tell me"),
        fc.constantFrom(...subjects),
        fc.constantFrom("?", "!"),
      ).map((words) => words.join(" ")),
      mode: fc.constantFrom<CacheQuestion["mode"]>("use", "use", "use", "use", "refresh", "bypass"),
    }),
    { minLength: 40, maxLength: 80 },
  )
);

function questionOf(one: Ask): CacheQuestion {
  const { semantic, sharing } = one;
  return {
    workspaceId: one.workspaceId,
    keyId: one.keyId,
    body: { model: "m", stream: one.stream, messages: [{ role: "user", content: one.text }] },
    route: "",
    mode: one.mode,
    settings: cacheSettings.parse({ semantic, sharing, threshold: 0.5, embedder: "local" }),
    signal: new AbortController().signal,
  };
}

/** An answer that says for whom it was made. */
function answerFor(one: Ask): FreshAnswer<null> {
  const mark = JSON.stringify([one.workspaceId, one.keyId, one.stream, one.text]);
  const chunks = async function* () {
    for (const piece of [mark.slice(0, 9), mark.slice(9)]) yield await Promise.resolve(piece);
  };
  return one.stream
    ? { chunks: chunks(), facts: () => facts, extra: null }
    : { body: mark, facts: () => facts, extra: null };
}

async function newCache() {
  const clock = new ManualClock();
  const store = await tempStore({ clock });
  const cache = createCache({ kv: store.kv, clock, ids: seededIds(), log: silentLogger });
  const given = async (one: Ask) => {
    const answer = await cache.answer(questionOf(one), () => Promise.resolve(answerFor(one)));
    let read = answer.body ?? "";
    for await (const chunk of answer.chunks ?? []) read += chunk;
    return { from: answer.from, joined: "joined" in answer && answer.joined, read };
  };
  return {
    cache,
    given,
    async [Symbol.asyncDispose]() {
      await cache.flush();
      await store[Symbol.asyncDispose]();
    },
  };
}

const numbersOf = (said: string) => said.match(/\d+/g)?.join() ?? "";

/** What no answer may do, whoever asked before or at the same time. */
function requireOwn(
  one: Ask,
  { from, joined, read }: { from: string; joined: boolean; read: string },
) {
  const [workspaceId, keyId, stream, asked] = JSON.parse(read) as [string, string, boolean, string];
  assertEquals([workspaceId, stream], [one.workspaceId, one.stream]);
  if (one.sharing === "key") assertEquals(keyId, one.keyId);
  if (from === "hit" || joined || from === "bypass") assertEquals(asked, one.text);
  else if (from === "semantic") {
    assertEquals(numbersOf(asked), numbersOf(one.text));
    assertEquals(/\bnot\b/.test(asked), /\bnot\b/.test(one.text));
    assertEquals(/Acmé/.test(asked), /Acmé/.test(one.text));
  }
  return from;
}

Deno.test("no answer crosses from one workspace or unshared key to another, whatever is asked in whatever order", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(asks, async (asks) => {
      await using it = await newCache();
      for (const one of asks) {
        const from = requireOwn(one, await it.given(one));
        await it.cache.flush();
        seen.set(from, (seen.get(from) ?? 0) + 1);
      }
    }),
    { numRuns: 40 },
  );
  console.log("answers in turn:", Object.fromEntries(seen));
  assert(seen.get("hit")! > 50 && seen.get("semantic")! > 20, "the property was put to the test");
});

Deno.test("no answer crosses either when all ask at the same time", async () => {
  let joined = 0;
  await fc.assert(
    fc.asyncProperty(asks, async (asks) => {
      await using it = await newCache();
      const answers = await Promise.all(asks.map((one) => it.given(one)));
      answers.forEach((answer, i) => {
        requireOwn(asks[i]!, answer);
        if (answer.joined) joined++;
      });
    }),
    { numRuns: 40 },
  );
  console.log("answers joined:", joined);
  assert(joined > 20, "the property was put to the test");
});

const PEOPLE = ["ann@example.com", "bob@example.org", "cid@example.net"];

Deno.test("a cached answer carries nobody's redacted value to another", async () => {
  const redaction = createRedaction();
  const settings = redactionSettings.parse({ mode: "replace" });
  const turn = fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom("Write to", "Please write to"));
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 6, maxLength: 20 }), async (turns) => {
      await using it = await newCache();
      let hits = 0;
      for (const [person, verb] of turns) {
        const body = { model: "m", messages: [{ role: "user", content: `${verb} ${person}` }] };
        const protection = await redaction.protect(body, settings);
        const question = {
          ...questionOf({ ...ASKED, semantic: true }),
          body: protection.body,
        };
        const sent = JSON.stringify({ choices: [{ message: { content: "Dear [EMAIL-1]" } }] });
        const answer = await it.cache.answer(
          question,
          () => Promise.resolve({ body: sent, facts: () => facts, extra: null }),
        );
        await it.cache.flush();
        assert(!PEOPLE.some((other) => answer.body!.includes(other)), "kept as it was sent");
        assertEquals(
          JSON.parse(protection.restore(answer.body!)).choices[0].message.content,
          `Dear ${person}`,
        );
        if (answer.from !== "miss") hits++;
      }
      assertEquals(hits, turns.length - 1);
    }),
    { numRuns: 20 },
  );
});

const ASKED: Ask = {
  workspaceId: "alpha",
  keyId: "key_1",
  sharing: "workspace",
  semantic: false,
  stream: false,
  text: "",
  mode: "use",
};
