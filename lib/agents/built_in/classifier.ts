/** Says what kind of work a request and each of its sub-tasks are, so that models can be chosen. */
import { z } from "zod";
import { defineAgent } from "../define_agent.ts";
import { subTask } from "../plan.ts";
import { classifyPrompt } from "../prompts/planning.ts";
import { isInvalidAnswer, structured } from "../structured.ts";

const kind = z.enum([
  "research",
  "analysis",
  "writing",
  "code",
  "data",
  "planning",
  "conversation",
]);
const difficulty = z.enum(["low", "medium", "high"]);
const part = z.object({ id: z.string(), kind, difficulty });

const input = z.object({
  request: z.string(),
  tasks: z.array(subTask.pick({ id: true, title: true, instructions: true })),
});

const output = z.object({
  reasoning: z.string().describe("one sentence"),
  kind,
  difficulty,
  /** ISO 639-1. */
  language: z.string().describe("two-letter code of the request's language"),
  parts: z.array(part).describe("one entry per task, with its id"),
});

export type Classification = z.infer<typeof output>;

export const classifier = defineAgent({
  id: "classifier",
  name: "Classifier",
  role: "classifier",
  description: "Classifies a request and its sub-tasks by kind of work, difficulty and language",
  input,
  output,
  async run(ctx, { request, tasks }) {
    try {
      const messages = classifyPrompt(request, tasks);
      const found = await structured(ctx, { name: "classification", schema: output, messages });
      ctx.think(found.reasoning);
      const byId = new Map(found.parts.map((one) => [one.id, one]));
      const parts = tasks.map(({ id }) =>
        byId.get(id) ?? { id, kind: found.kind, difficulty: found.difficulty }
      );
      ctx.act(
        `Classified: ${parts.map((one) => `${one.id} ${one.kind}, ${one.difficulty}`).join("; ")}`,
      );
      return { ...found, parts };
    } catch (error) {
      if (!isInvalidAnswer(error)) throw error;
      const reasoning =
        "No usable classification came back; every part counts as analysis of medium difficulty";
      ctx.think(reasoning);
      const same = { kind: "analysis", difficulty: "medium" } as const;
      return {
        reasoning,
        ...same,
        language: "und",
        parts: tasks.map(({ id }) => ({ id, ...same })),
      };
    }
  },
});
