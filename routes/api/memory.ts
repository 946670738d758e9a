/** Memory: what agents learned, kept and found again. */
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../lib/app.ts";
import {
  deleteMemory,
  listMemories,
  type Memory,
  recallMemories,
  requireMemory,
  saveMemory,
} from "../../lib/coordination/memory/mod.ts";
import {
  memory,
  memoryCategory,
  memoryHit,
  memoryInput,
  searchText,
} from "../../lib/coordination/memory/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../lib/kernel/core/page.ts";
import { callOf, requireActing } from "../_http/acting.ts";
import { workspaceOf } from "../_http/env.ts";
import { stageAnswer } from "../_http/idempotency.ts";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["memory"];
const params = z.object({ id: agentId });
const oneParams = params.extend({ memoryId: idParam("memory") });
const answer = z.object({ memory });

const list = createRoute({
  method: "get",
  path: "/agents/{id}/memory",
  operationId: "listMemories",
  summary: "What an agent keeps: newest first, or what fits ?query= best first",
  tags,
  request: {
    params,
    query: pageQuery.extend({
      category: memoryCategory.optional(),
      query: searchText.optional(),
    }),
  },
  responses: {
    200: jsonAnswer(
      "A page of memories; with a query each has a score",
      pageOf(memoryHit.partial({ score: true })),
    ),
    ...readProblems(),
  },
});

const save = createRoute({
  method: "post",
  path: "/agents/{id}/memory",
  operationId: "saveMemory",
  summary: "Keep something learned",
  tags,
  request: { params, body: jsonBody(memoryInput) },
  responses: { 201: jsonAnswer("The memory", answer), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/agents/{id}/memory/{memoryId}",
  operationId: "getMemory",
  summary: "One memory",
  tags,
  request: { params: oneParams },
  responses: { 200: jsonAnswer("The memory", answer), ...readProblems("not_found") },
});

const remove = createRoute({
  method: "delete",
  path: "/agents/{id}/memory/{memoryId}",
  operationId: "deleteMemory",
  summary: "Forget one memory",
  tags,
  request: { params: oneParams },
  responses: { 204: { description: "It is gone" }, ...writeProblems("not_found") },
});

const search = createRoute({
  method: "get",
  path: "/search/memories",
  operationId: "searchMemories",
  summary: "Memories of all agents that fit a query, best first",
  tags,
  request: {
    query: z.object({
      q: searchText.min(1),
      agentId: agentId.optional(),
      category: memoryCategory.optional(),
      limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
    }),
  },
  responses: { 200: jsonAnswer("What was found", pageOf(memoryHit)), ...readProblems() },
});

export function memoryRoutes(app: App) {
  const router = newRouter();
  const { ctx } = app;
  const searched = { ctx, search: app.coordination.search };
  router.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    const { query, category, limit, cursor } = c.req.valid("query");
    if (!query?.trim()) {
      return c.json(await listMemories(ctx, workspaceOf(c), id, { category, limit, cursor }), 200);
    }
    // Ranks change with every entry: a page after the best ones would repeat or miss some.
    if (cursor !== undefined) throw noCursor();
    const of = { query, agentId: id, category, limit };
    const items = await recallMemories(searched, workspaceOf(c), of);
    return c.json({ items, nextCursor: null }, 200);
  });
  router.openapi(save, async (c) => {
    const id = requireActing(c, { path: c.req.valid("param").id });
    const locationOf = ({ id: memoryId }: Memory) => `/api/v1/agents/${id}/memory/${memoryId}`;
    const saved = await saveMemory(ctx, callOf(c, id), id, c.req.valid("json"), {
      staged: (tx, memory) =>
        stageAnswer(ctx, c, tx, 201, { memory }, { location: locationOf(memory) }),
    });
    c.header("location", locationOf(saved));
    return c.json({ memory: saved }, 201);
  });
  router.openapi(get, async (c) => {
    const { id, memoryId } = c.req.valid("param");
    return c.json({ memory: await requireMemory(ctx, workspaceOf(c), id, memoryId) }, 200);
  });
  router.openapi(remove, async (c) => {
    const { id: path, memoryId } = c.req.valid("param");
    const id = requireActing(c, { path });
    await deleteMemory(ctx, callOf(c, id), id, memoryId);
    return c.body(null, 204);
  });
  router.openapi(search, async (c) => {
    const { q, ...of } = c.req.valid("query");
    const items = await recallMemories(searched, workspaceOf(c), { ...of, query: q });
    return c.json({ items, nextCursor: null }, 200);
  });
  return router;
}

function noCursor(): AppError {
  return new AppError("invalid_input", {
    detail: "A ranked answer has one page; leave the cursor out and raise limit",
    fields: [{ path: "cursor", message: "not with a query" }],
  });
}
