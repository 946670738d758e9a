/** The ten-call run four deep, once as agents of the engine and once bare: only what the store must do. */
import type { AnyAgent } from "../../lib/engine/deps.ts";
import type { ModelPort } from "../../lib/agents/model_port.ts";
import { agent, TEST_MODEL } from "../harness/engine.ts";

export const ANSWER = "answer ".repeat(20);
export const PROMPT = "p".repeat(200);
export const CALLS = 10;
export const LEVELS = 4;

const ask = (role: string, text: string) => ({
  messages: [{ role: "user" as const, content: `${role}: ${text.slice(0, 500)}` }],
});

const one = (role: string) =>
  agent(role, async (ctx, input) => (await ctx.model(ask(role, String(input)))).text);

/** One mediator, five agents, three parallel sub-agents under the first, one aggregator. */
export const GRAPH: Record<string, AnyAgent> = {
  mediator: one("mediator"),
  main: one("main"),
  sub: one("sub"),
  aggregator: one("aggregator"),
  first: agent("first", async (ctx, input) => {
    const { text } = await ctx.model(ask("first", String(input)));
    const subs = await Promise.all([0, 1, 2].map((i) => ctx.spawn<string>("sub", text + i)));
    return text + subs.join("");
  }),
  graph: agent("graph", async (ctx, input) => {
    const plan = await ctx.spawn<string>("mediator", (input as { intent: string }).intent);
    const mains = await Promise.all(
      [0, 1, 2, 3, 4].map((i) => ctx.spawn<string>(i ? "main" : "first", plan + i)),
    );
    return await ctx.spawn<string>("aggregator", mains.join("\n"));
  }),
};

/** Answers in-process after `answer`: the same work for the engine as for the bare graph. */
export function benchModels(answer: () => Promise<string>): ModelPort {
  return {
    resolve: () => TEST_MODEL,
    countTokens: () => 10,
    list: () => [TEST_MODEL],
    chat: (request) =>
      answer().then((text) => ({
        text,
        toolCalls: [],
        finishReason: "stop",
        usage: { inputTokens: 10, outputTokens: 5 },
        costMicros: 0,
        model: request.model,
        provider: "test",
        demonstration: false,
      })),
  };
}

type Build = (atomic: Deno.AtomicOperation) => void;
type Commit = (key: string, build: Build) => Promise<boolean>;

export const singleCommits = (kv: Deno.Kv): Commit => async (_, build) => {
  const atomic = kv.atomic();
  build(atomic);
  return (await atomic.commit()).ok;
};

/** What gathered while the last commit ran goes into the next one. */
export function groupCommits(kv: Deno.Kv): Commit {
  let queue: { key: string; build: Build; done: (ok: boolean) => void }[] = [];
  let busy = false;
  const run = async () => {
    while (queue.length > 0) {
      const used = new Set<string>();
      const batch = queue.filter(({ key }) => !used.has(key) && used.size < 90 && used.add(key));
      queue = queue.filter((item) => !batch.includes(item));
      const atomic = kv.atomic();
      for (const { build } of batch) build(atomic);
      const { ok } = await atomic.commit();
      for (const { done } of batch) done(ok);
    }
    busy = false;
  };
  return (key, build) =>
    new Promise((done) => {
      queue.push({ key, build, done });
      if (busy) return;
      busy = true;
      queueMicrotask(run);
    });
}

/** The bare graph: each step asks the model and commits its result once. */
export async function bareRun(
  commit: Commit,
  model: () => Promise<string>,
  id: string,
): Promise<void> {
  const step = async (name: string, _input: string, more?: Build) => {
    const out = await model();
    const ok = await commit(id + name, (atomic) => {
      atomic.check({ key: ["step", id, name], versionstamp: null });
      atomic.set(["step", id, name], { out, at: Date.now() });
      more?.(atomic);
    });
    if (!ok) throw new Error(`step ${name} was there already`);
    return out;
  };
  await commit(id, (atomic) => {
    atomic.check({ key: ["task", id], versionstamp: null });
    atomic.set(["task", id], { state: "run", prompt: PROMPT });
  });
  const plan = await step("mediator", PROMPT);
  const mains = await Promise.all([0, 1, 2, 3, 4].map(async (i) => {
    const out = await step("main" + i, plan);
    if (i) return out;
    return out + (await Promise.all([0, 1, 2].map((s) => step("sub" + s, out)))).join("");
  }));
  await step("aggregator", mains.join("\n"), (atomic) => {
    atomic.set(["task", id], { state: "done" });
  });
}
