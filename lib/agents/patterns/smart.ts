/** One answer from the model that suits the request; the gateway goes on to others when it fails. */
import { z } from "zod";
import { defineAgent } from "../define_agent.ts";
import { describeForecast, forecastOutput, modelFor, step } from "./forecast.ts";
import { jobOf, spawn } from "./job.ts";
import { readInputs, rootInput } from "./input.ts";

export const smartInputs = z.object({
  /** The intent when absent. */
  prompt: z.string().trim().min(1).max(100_000).optional(),
});

/** The gateway's router decides, call by call. */
const ROUTED = "muster/auto";

export const smart = defineAgent({
  id: "smart",
  name: "Smart routing",
  role: "orchestrator",
  description: "Answers with the model the router chooses, and with others when it fails",
  input: rootInput,
  output: z.union([z.string(), forecastOutput]),
  async run(ctx, input) {
    const { prompt } = readInputs(smartInputs, input);
    const before = ctx.covenant;
    const reason = "Asked to answer at once, with the model that suits the request";
    const terms = await ctx.agree({ decision: { kind: "direct", reason } });
    const job = jobOf(before, terms, input);
    const request = prompt ?? job.request;
    if (before.mode === "dry-run") {
      const info = modelFor(await ctx.models(), input.model);
      return describeForecast(job, [
        step("responder", "Answer", input.model ?? ROUTED, info, {
          inputTokens: 400 + Math.ceil(request.length / 3.5),
          outputTokens: 600,
        }),
      ]);
    }
    const material = { request, criteria: job.criteria };
    return await spawn<string>(ctx, "responder", material, "Answer", input.model ?? ROUTED, true);
  },
});
