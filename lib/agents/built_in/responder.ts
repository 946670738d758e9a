/** Answers a request directly, with the conversation so far and tools where they are useful. */
import { z } from "zod";
import { converse } from "../converse.ts";
import { defineAgent } from "../define_agent.ts";
import { answerPrompt } from "../prompts/working.ts";
import { usefulTools } from "../tools/mod.ts";

const input = z.object({ request: z.string(), criteria: z.array(z.string()) });

export const responder = defineAgent({
  id: "responder",
  name: "Responder",
  role: "responder",
  description: "Answers a request directly, in one streamed text",
  input,
  output: z.string(),
  async run(ctx, { request, criteria }) {
    const tools = usefulTools(request);
    if (tools.length > 0) ctx.think(`May need ${tools.map((tool) => tool.name).join(", ")}`);
    const material = { request, criteria, history: ctx.history, hasTools: tools.length > 0 };
    return await converse(ctx, { messages: answerPrompt(material), tools });
  },
});
