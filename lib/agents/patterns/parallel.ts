/** Several requests answered at once; each succeeds or fails by itself. */
import { z } from "zod";
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import { defineAgent } from "../define_agent.ts";
import { endsRun } from "../plan.ts";
import { jobOf, spawn } from "./job.ts";
import { describeForecast, forecastOutput, modelFor, step } from "./forecast.ts";
import { firstLine, readInputs, rootInput } from "./input.ts";

export const parallelInputs = z.object({
  requests: z.array(z.union([
    z.string().trim().min(1).max(100_000),
    z.object({
      prompt: z.string().trim().min(1).max(100_000),
      title: z.string().max(120).optional(),
    }),
  ])).min(1).max(100),
});

const item = z.object({
  index: z.int(),
  request: z.string(),
  success: z.boolean(),
  output: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const report = z.object({
  total: z.int(),
  successful: z.int(),
  failed: z.int(),
  results: z.array(item),
});

/** A covenant has a size; every request is a step anyway. */
const SHOWN_IN_PLAN = 30;

type Item = z.infer<typeof item>;

export const parallel = defineAgent({
  id: "parallel",
  name: "Parallel requests",
  role: "orchestrator",
  description:
    "Answers several independent requests at once and reports each one's success or failure",
  input: rootInput,
  output: z.union([report, forecastOutput]),
  async run(ctx, input) {
    const requests = readInputs(parallelInputs, input).requests.map((one, index) => {
      const request = typeof one === "string" ? one : one.prompt;
      const title = typeof one === "string" ? undefined : one.title;
      return { index, request, title: title ?? firstLine(request) };
    });
    const reason = `Asked to answer ${requests.length} requests side by side`;
    const plan = requests.slice(0, SHOWN_IN_PLAN).map(({ index, title }) => ({
      id: `r${index + 1}`,
      title,
      agent: "responder",
      dependsOn: [],
    }));
    const before = ctx.covenant;
    const terms = await ctx.agree({ decision: { kind: "delegate", reason }, plan });
    if (before.mode === "dry-run") {
      const info = modelFor(await ctx.models(), input.model);
      return describeForecast(
        jobOf(before, terms, input),
        requests.map(({ request, title }) =>
          step("responder", title, input.model, info, {
            inputTokens: 400 + Math.ceil(request.length / 3.5),
            outputTokens: 600,
          })
        ),
      );
    }

    let settled = 0;
    let limit: AppError | undefined;
    const results = await Promise.all(
      requests.map(async ({ index, request, title }): Promise<Item> => {
        const base = { index, request };
        try {
          const material = { request, criteria: terms.acceptance };
          const output = await spawn<string>(ctx, "responder", material, title, input.model);
          return { ...base, success: true, output };
        } catch (thrown) {
          const error = toAppError(thrown);
          if (endsRun(error)) limit ??= error;
          return { ...base, success: false, error: { code: error.code, message: error.detail } };
        } finally {
          ctx.progress(Math.round(100 * ++settled / requests.length));
        }
      }),
    );
    const successful = results.filter((one) => one.success).length;
    const output = {
      total: results.length,
      successful,
      failed: results.length - successful,
      results,
    };
    if (limit) {
      throw new AppError(limit.code, {
        detail: limit.detail,
        data: { ...limit.data, output },
        cause: limit,
      });
    }
    ctx.act(`${successful} of ${results.length} requests answered`);
    return output;
  },
});
