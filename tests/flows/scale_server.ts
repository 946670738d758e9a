/** The whole program as a process of its own, with agents that make runs long or keep them busy. */
import { z } from "zod";
import type { AgentContext } from "../../lib/agents/context.ts";
import type { Agent } from "../../lib/agents/define_agent.ts";
import type { ChatMessage } from "../../lib/agents/model.ts";
import type { ModelInfo, ModelPort } from "../../lib/agents/model_port.ts";
import { isFinalRun, loadRunView } from "../../lib/engine/mod.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { testApp } from "../harness/test_app.ts";

export interface ScaleOptions {
  readonly store: string;
  /** Runs to start, unless they are there already. */
  readonly start: readonly string[];
  /** `long`: many calls over one growing context. `busy`: works until it is canceled. */
  readonly agent: "long" | "busy";
  readonly calls: number;
  /** Bytes of each question and of each answer. */
  readonly textBytes: number;
  /** The scripted model never answers this call of the process. */
  readonly haltAt?: number;
}

/** Fills `text` up to `bytes` with words, so that every message is of one size. */
function padded(text: string, bytes: number): string {
  return text.padEnd(bytes, " lorem ipsum dolor sit amet consectetur");
}

function agent(id: string, run: (ctx: AgentContext) => Promise<Json>): Agent<Json, Json> {
  const any = z.any() as z.ZodType<Json>;
  return { id, name: id, role: "worker", description: id, input: any, output: any, run };
}

/** Returns which turns the answers were to, in the order they came. */
const long = ({ calls, textBytes }: ScaleOptions) =>
  agent("long", async (ctx) => {
    const messages: ChatMessage[] = [];
    const turns: number[] = [];
    for (let n = 0; n < calls; n++) {
      messages.push({ role: "user", content: padded(`question ${n}`, textBytes) });
      const { text } = await ctx.model({ messages });
      messages.push({ role: "assistant", content: text });
      turns.push(Number(/\d+/.exec(text)));
    }
    return { turns, contextBytes: messages.reduce((sum, { content }) => sum + content.length, 0) };
  });

/** Ten calls a second, as a run with a quick model makes. */
const busy = agent("busy", async (ctx) => {
  for (;;) {
    await ctx.model({ messages: [{ role: "user", content: "What is 12 × 12?" }] });
    await ctx.sleep(100);
  }
});

const INFO: ModelInfo = {
  id: "test/scripted",
  provider: "test",
  tier: "custom",
  priceInMicrosPerMTok: 0,
  priceOutMicrosPerMTok: 0,
  priced: true,
  contextTokens: 262_144,
  maxOutputTokens: 4_096,
  capabilities: ["chat"],
  demonstration: false,
};

/** Answers at once, naming the turn it answers by what it was given. */
function scriptedModel({ haltAt, textBytes }: ScaleOptions): ModelPort {
  let calls = 0;
  return {
    resolve: () => INFO,
    list: () => [INFO],
    countTokens: ({ messages }) => Math.ceil(messages.length * textBytes / 4),
    chat({ messages }, { onDelta }) {
      if (++calls === haltAt) return new Promise(() => {});
      const text = padded(`answer ${(messages.length - 1) / 2}`, textBytes);
      onDelta?.(text);
      return Promise.resolve({
        text,
        toolCalls: [],
        finishReason: "stop",
        usage: { inputTokens: messages.length * textBytes / 4, outputTokens: textBytes / 4 },
        costMicros: 0,
        model: INFO.id,
        provider: INFO.provider,
        demonstration: false,
      });
    },
  };
}

async function serve(options: ScaleOptions): Promise<void> {
  const app = await testApp({
    path: options.store,
    kv: "file",
    agents: new Map([long(options), busy].map((one) => [one.id, one as Agent])),
    ...(options.agent === "long" && { models: scriptedModel(options) }),
  });
  const write = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  write(`ready ${app.url}`);
  await Promise.all(options.start.map(async (runId) => {
    const there = await loadRunView(app.ctx, "default", runId);
    if (there && !isFinalRun(there.run.status)) return;
    const input = { runId, intent: "Work at scale", pattern: options.agent };
    await app.engine.start("default", input, "user:scale");
  }));
}

if (import.meta.main) await serve(JSON.parse(Deno.args[0]!));
