/** The run that is killed everywhere: models, children, tools that must not happen twice, an approval, a sleep. */
import { z } from "zod";
import type { Agent } from "../../lib/agents/define_agent.ts";
import type { Tool } from "../../lib/agents/define_tool.ts";
import type { AgentContext } from "../../lib/agents/context.ts";
import type { ModelInfo, ModelPort } from "../../lib/agents/model_port.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { LONG, type Received } from "./protocol.ts";

const ask = async (ctx: AgentContext, content: string) =>
  (await ctx.model({ messages: [{ role: "user", content }] })).text;

function agent(
  id: string,
  run: (ctx: AgentContext, input: Json) => Promise<Json>,
): Agent<Json, Json> {
  const any = z.any() as z.ZodType<Json>;
  return { id, name: id, role: "worker", description: id, input: any, output: any, run };
}

const part = agent("part", async (ctx, input) => {
  const draft = await ask(ctx, `draft ${JSON.stringify(input)}`);
  await ctx.tool("note", { draft });
  ctx.progress(50);
  return await ask(ctx, `finish ${draft}`);
});

const campaign = agent("campaign", async (ctx) => {
  const plan = await ask(ctx, "plan");
  ctx.think(`Planned: ${plan}`);
  const parts = await Promise.all([0, 1, 2].map((n) => ctx.spawn("part", { n, plan })));
  await ctx.tool("email", { parts: parts.length });
  const answer = await ctx.approve({ question: "Pay?", args: { amount: 7 } });
  await ctx.sleep(60);
  const [paid, last] = await Promise.all([ctx.tool("pay", answer.args), ask(ctx, "last")]);
  return {
    parts: parts as Json[],
    approved: answer.approved,
    paid: (paid as { receipt: Json }).receipt !== undefined,
    last,
  };
});

const long = agent("long", async (ctx) => {
  const texts: string[] = [];
  for (let n = 0; n < LONG.calls; n++) texts.push(await ask(ctx, `slow ${n}`));
  await ctx.tool("email", { texts: texts.length });
  return texts.length;
});

export const campaignAgents = new Map([part, campaign, long].map((a) => [a.id, a as Agent]));

async function send(receiver: string, item: Omit<Received, "at">): Promise<Json> {
  const response = await fetch(receiver, { method: "POST", body: JSON.stringify(item) });
  return await response.json();
}

export function campaignTools(receiver: string): Map<string, Tool> {
  const tool = (name: string, idempotent: boolean): Tool => ({
    name,
    description: name,
    input: z.any(),
    effect: "write",
    idempotent,
    risk: "high",
    run: ({ idempotencyKey }) => send(receiver, { kind: "tool", name, key: idempotencyKey }),
  });
  return new Map(
    [tool("email", false), tool("pay", false), tool("note", false)].map((t) => [t.name, t]),
  );
}

const INFO: ModelInfo = {
  id: "test/remote",
  provider: "test",
  tier: "custom",
  priceInMicrosPerMTok: 0,
  priceOutMicrosPerMTok: 0,
  priced: true,
  contextTokens: 100_000,
  maxOutputTokens: 4_096,
  capabilities: ["chat"],
  demonstration: false,
};

/** A model in another process; its answer depends on the question alone. */
export function remoteModel(receiver: string): ModelPort {
  return {
    resolve: () => INFO,
    list: () => [INFO],
    countTokens: () => 10,
    async chat(request, { idempotencyKey, onDelta }) {
      const asked = request.messages.at(-1)!.content;
      const name = asked.startsWith("slow") ? "slow" : "chat";
      await send(receiver, { kind: "model", name, key: idempotencyKey });
      const text = `answer to ${asked.slice(0, 40)}`;
      for (let at = 0; at < text.length; at += 8) onDelta?.(text.slice(at, at + 8));
      return {
        text,
        toolCalls: [],
        finishReason: "stop",
        usage: { inputTokens: 10, outputTokens: 5 },
        costMicros: 0,
        model: INFO.id,
        provider: INFO.provider,
        demonstration: false,
      };
    },
  };
}
