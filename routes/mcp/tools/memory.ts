/** What agents found out and want to find again. */
import { z } from "zod";
import {
  deleteMemory,
  listMemories,
  recallMemories,
  saveMemory,
} from "../../../lib/coordination/memory/mod.ts";
import {
  memory as memoryShape,
  memoryCategory,
  memoryHit,
  memoryInput,
  searchText,
} from "../../../lib/coordination/memory/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

const LIMIT = 50;

export const memory: Tool = {
  name: "memory",
  title: "Memory",
  description:
    "Keep what you found out or decided, and find it again, also what others kept. Recall before you search the code for long. Returns the memory, or memories best or newest first.",
  infer: ({ content, memoryId }) =>
    content !== undefined ? "remember" : memoryId !== undefined ? "forget" : "recall",
  verbs: {
    remember: verb({
      does: "keep something",
      who: "actor",
      needs: "coordinate",
      input: memoryInput,
      output: z.object({ memory: memoryShape }),
      run: async ({ app, call, agent }, input) => ({
        memory: await saveMemory(app.ctx, call, agent(), input),
      }),
      text: ({ memory: { id } }) => `Kept as ${id}`,
      brief: true,
    }),
    recall: verb({
      does:
        "what fits query, best first, or the newest; of agentId, or with team: true of everybody",
      who: "subject",
      input: z.strictObject({
        query: searchText.optional(),
        category: memoryCategory.optional(),
        team: z.boolean().optional().describe("Of all agents; needs a query"),
        ...pageInput,
      }),
      output: pageOf(z.union([memoryHit, memoryShape])),
      async run(
        { app, workspaceId, agent },
        { query = "", category, team, limit = LIMIT, cursor },
      ) {
        const { search } = app.coordination;
        if (query.trim() === "") {
          return await listMemories(app.ctx, workspaceId, agent(), { category, limit, cursor });
        }
        const of = team ? {} : { agentId: agent() };
        const hits = await recallMemories({ ctx: app.ctx, search }, workspaceId, {
          query,
          category,
          limit,
          ...of,
        });
        return { items: hits, nextCursor: null };
      },
      text: ({ items }) =>
        items.length === 0 ? "Nothing is remembered" : counted(items.length, "memory", "memories"),
    }),
    forget: verb({
      does: "one of yours that is wrong",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ memoryId: z.string().min(1).max(64) }),
      output: z.object({ deleted: z.string() }),
      async run({ app, call, agent }, { memoryId }) {
        await deleteMemory(app.ctx, call, agent(), memoryId);
        return { deleted: memoryId };
      },
      text: ({ deleted }) => `${deleted} is forgotten`,
      brief: true,
    }),
  },
};
