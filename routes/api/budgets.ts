/** Budgets of the workspace, its keys, agents and sessions: what their model calls may cost. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import {
  listBudgets,
  removeBudget,
  requireBudget,
  resetBudget,
  setBudget,
} from "../../lib/gateway/budgets/mod.ts";
import {
  budgetInput,
  budgetPeriod,
  budgetScope,
  budgetSubject,
  budgetView,
} from "../../lib/gateway/budgets/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { requireMatch, setEtag } from "../_http/etag.ts";
import {
  ifMatchHeader,
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";

const tags = ["budgets"];
const params = z.object({ scope: budgetScope, subject: budgetSubject, period: budgetPeriod });
const path = "/budgets/{scope}/{subject}/{period}";
const answered = z.object({ budget: budgetView });

const list = createRoute({
  method: "get",
  path: "/budgets",
  operationId: "listBudgets",
  summary: "Budgets and what is left of each, by scope, subject and period",
  tags,
  request: { query: pageQuery.extend({ scope: budgetScope.optional() }) },
  responses: { 200: jsonAnswer("A page of budgets", pageOf(budgetView)), ...readProblems() },
});

const get = createRoute({
  method: "get",
  path,
  operationId: "getBudget",
  summary: "One budget; of a subject without one, the budget of `*` as it stands for it",
  tags,
  request: { params },
  responses: { 200: jsonAnswer("The budget", answered), ...readProblems("not_found") },
});

const put = createRoute({
  method: "put",
  path,
  operationId: "setBudget",
  summary: "Set a limit for each day, each month or in total; what was spent stays. Role admin",
  tags,
  request: { params, headers: ifMatchHeader, body: jsonBody(budgetInput) },
  responses: {
    200: jsonAnswer("The budget", answered),
    ...writeProblems("not_found", "precondition_failed"),
  },
});

const remove = createRoute({
  method: "delete",
  path,
  operationId: "removeBudget",
  summary: "Remove a budget: calls are no longer limited by it. Role admin",
  tags,
  request: { params },
  responses: { 204: { description: "It is gone" }, ...writeProblems("not_found") },
});

const reset = createRoute({
  method: "post",
  path: `${path}/reset`,
  operationId: "resetBudget",
  summary: "Count from nothing again, or only give back what processes that died held. Role admin",
  tags,
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        /** `all`: everything spent in this period; `unsettled`: only that of processes that died. */
        what: z.enum(["all", "unsettled"]).default("all"),
      }).meta({ id: "BudgetReset" }),
    ),
  },
  responses: { 200: jsonAnswer("The budget", answered), ...writeProblems("not_found") },
});

export function budgetRoutes(app: App) {
  const router = newRouter();
  const { ctx } = app;
  const { budgets } = app.gateway;
  const adminOf = (c: Context<Env>) => ({ workspaceId: workspaceOf(c), actor: actorOf(c) });
  router.openapi(list, async (c) => {
    await budgets.flush(workspaceOf(c));
    return c.json(await listBudgets(ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(get, async (c) => {
    await budgets.flush(workspaceOf(c));
    const budget = await requireBudget(ctx, workspaceOf(c), c.req.valid("param"));
    setEtag(c, budget.version);
    return c.json({ budget }, 200);
  });
  router.openapi(put, async (c) => {
    const name = c.req.valid("param");
    const check = (version: number) => requireMatch(c, version);
    await setBudget(ctx, adminOf(c), name, { ...c.req.valid("json"), check });
    await budgets.changed(workspaceOf(c));
    const budget = await requireBudget(ctx, workspaceOf(c), name);
    setEtag(c, budget.version);
    return c.json({ budget }, 200);
  });
  router.openapi(remove, async (c) => {
    const { scope, subject, period } = c.req.valid("param");
    if (!await removeBudget(ctx, adminOf(c), { scope, subject, period })) {
      throw new AppError("not_found", {
        detail: `${scope} "${subject}" has no budget of its own for ${period}`,
      });
    }
    await budgets.changed(workspaceOf(c));
    return c.body(null, 204);
  });
  router.openapi(reset, async (c) => {
    const name = c.req.valid("param");
    await requireBudget(ctx, workspaceOf(c), name);
    await budgets.flush(workspaceOf(c));
    await resetBudget(ctx, adminOf(c), name, c.req.valid("json").what);
    const budget = await requireBudget(ctx, workspaceOf(c), name);
    setEtag(c, budget.version);
    return c.json({ budget }, 200);
  });
  return router;
}
