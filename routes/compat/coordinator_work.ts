/** `/coordinator/tasks`, `zones`, `claims` and `handoffs`: who does what, and where. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { claimWork, getClaim, listClaims, releaseWork } from "../../lib/coordination/claims/mod.ts";
import { claimInput, claimRelease } from "../../lib/coordination/claims/schema.ts";
import {
  claimHandoff,
  completeHandoff,
  createHandoff,
  getHandoff,
  listHandoffs,
} from "../../lib/coordination/handoffs/mod.ts";
import {
  handoffCompletion,
  handoffFilter,
  handoffInput,
} from "../../lib/coordination/handoffs/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { getTask, listTasks, saveTask } from "../../lib/coordination/tasks/mod.ts";
import {
  taskCompletion,
  taskFilter,
  taskInput,
  taskPatch,
} from "../../lib/coordination/tasks/schema.ts";
import { claimZone, findZone, listZones, releaseZone } from "../../lib/coordination/zones/mod.ts";
import { zoneInput, zoneRelease } from "../../lib/coordination/zones/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { requireClaimant } from "../_http/claimant.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { resourcePathOf } from "../_http/resource_path.ts";
import { actingAgent, callOf, check, compatRouter, readObject, readQuery } from "./_compat.ts";

/** This surface knows no pages: the newest of each list, as many as an answer should hold. */
const LIST_MAX = 500;

const listQuery = { limit: z.coerce.number().int().min(1).max(LIST_MAX).default(LIST_MAX) };
const tasksQuery = taskFilter.extend(listQuery);
const zonesQuery = z.object({
  ...listQuery,
  owner: agentId.optional(),
  path: z.string().max(8_000).optional(),
});
const claimsQuery = z.object({
  ...listQuery,
  what: claimInput.shape.what.optional(),
  includeStale: z.enum(["true", "false", "1", "0"]).optional(),
});
const handoffsQuery = handoffFilter.extend({ ...listQuery, id: z.string().max(128).optional() });

/** An empty assignee, as `null`, means nobody. */
const taskBody = taskPatch.extend({
  id: taskInput.shape.id,
  createdBy: taskInput.shape.createdBy,
  assignee: z.preprocess((value) => value === "" ? null : value, agentId.nullable().optional()),
  token: taskCompletion.shape.token,
  resourcePath: taskCompletion.shape.resourcePath,
});
const zoneBody = zoneInput.extend({ owner: agentId });
const zoneReleaseBody = zoneRelease.extend({ owner: agentId });
const claimBody = claimInput.extend({ by: agentId });
const claimReleaseBody = claimRelease.extend({ by: agentId });
const handoffBody = z.strictObject({ fromAgent: agentId }).extend(
  handoffInput.omit({ fromAgent: true }).shape,
);
const handoffId = z.string().min(1).max(128);
const handoffClaimBody = z.strictObject({ handoffId, agentId });
const handoffCompleteBody = handoffCompletion.extend({ handoffId, agentId });

export function coordinatorWorkRoutes(app: App): Hono<Env> {
  const router = compatRouter(app);
  mountTasks(app, router);
  mountZones(app, router);
  mountClaims(app, router);
  mountHandoffs(app, router);
  return router;
}

function mountTasks({ ctx }: App, router: Hono<Env>): void {
  router.get("/tasks", async (c) => {
    const { items } = await listTasks(ctx, workspaceOf(c), readQuery(c, tasksQuery));
    return c.json({ tasks: items });
  });
  router.post("/tasks", async (c) => {
    const { createdBy, token, resourcePath, ...fields } = check(taskBody, await readObject(c));
    // Who made a task is not who changes it: on an update it is a field like any other, and stays.
    const known = fields.id !== undefined && await getTask(ctx, workspaceOf(c), fields.id) !== null;
    const acting = actingAgent(c, known ? {} : { body: createdBy });
    const { task } = await saveTask(
      ctx,
      callOf(c, acting),
      { ...fields, createdBy: acting ?? actorOf(c) },
      {
        check: (current) => requireClaimant(c, current, fields),
        token,
        ...(token !== undefined && { resourcePath: resourcePathOf(c, resourcePath) }),
      },
    );
    return c.json({ success: true, task });
  });
}

function mountZones({ ctx }: App, router: Hono<Env>): void {
  router.get("/zones", async (c) => {
    const { path, owner, limit } = readQuery(c, zonesQuery);
    if (path !== undefined) return c.json({ zone: await findZone(ctx, workspaceOf(c), path) });
    const { items } = await listZones(ctx, workspaceOf(c), { owner, limit });
    return c.json({ zones: items });
  });
  router.post("/zones", async (c) => {
    const { action, body } = await readAction(c, "owner", ["claim", "release"]);
    if (action === "claim") {
      const input = check(zoneBody, body);
      const zone = await claimZone(ctx, callOf(c, input.owner), input);
      return c.json({ success: true, zone });
    }
    const input = check(zoneReleaseBody, body);
    const zone = await releaseZone(ctx, callOf(c, input.owner), input);
    return c.json({ success: true, zone });
  });
}

function mountClaims({ ctx }: App, router: Hono<Env>): void {
  router.get("/claims", async (c) => {
    const { what, includeStale: stale, limit } = readQuery(c, claimsQuery);
    const includeStale = stale === "true" || stale === "1";
    if (what !== undefined) {
      return c.json({ claim: await getClaim(ctx, workspaceOf(c), what, { includeStale }) });
    }
    const { items } = await listClaims(ctx, workspaceOf(c), { includeStale, limit });
    return c.json({ claims: items });
  });
  router.post("/claims", async (c) => {
    const { action, body } = await readAction(c, "by", ["claim", "release"]);
    if (action === "claim") {
      const input = check(claimBody, body);
      const claim = await claimWork(ctx, callOf(c, input.by), input).catch(inKnownWords);
      return c.json({ success: true, claim });
    }
    const input = check(claimReleaseBody, body);
    const claim = await releaseWork(ctx, callOf(c, input.by), input);
    return c.json({ success: true, claim });
  });
}

function mountHandoffs({ ctx }: App, router: Hono<Env>): void {
  router.get("/handoffs", async (c) => {
    const { id, ...query } = readQuery(c, handoffsQuery);
    if (id !== undefined) return c.json({ handoff: await getHandoff(ctx, workspaceOf(c), id) });
    const { items } = await listHandoffs(ctx, workspaceOf(c), query);
    return c.json({ handoffs: items });
  });
  router.post("/handoffs", async (c) => {
    const actions = ["create", "claim", "complete"] as const;
    const given = await readObject(c);
    const action = actionOf(given, actions, "create");
    if (action === "create") {
      const input = check(handoffBody, withActing(c, given, "fromAgent"));
      const handoff = await createHandoff(ctx, callOf(c, input.fromAgent), input);
      return c.json({ success: true, handoff });
    }
    const body = withActing(c, given, "agentId");
    if (action === "claim") {
      const input = check(handoffClaimBody, body);
      const handoff = await claimHandoff(ctx, callOf(c, input.agentId), input);
      return c.json({ success: true, handoff });
    }
    const input = check(handoffCompleteBody, body);
    const handoff = await completeHandoff(ctx, callOf(c, input.agentId), {
      ...input,
      resourcePath: resourcePathOf(c, input.resourcePath),
    });
    return c.json({ success: true, handoff });
  });
}

async function readAction<A extends string>(
  c: Context<Env>,
  identity: string,
  actions: readonly A[],
): Promise<{ action: A; body: Record<string, unknown> }> {
  const given = await readObject(c);
  return { action: actionOf(given, actions), body: withActing(c, given, identity) };
}

function actionOf<A extends string>(
  body: Readonly<Record<string, unknown>>,
  actions: readonly A[],
  fallback?: A,
): A {
  const given = body.action ?? fallback;
  const action = actions.find((known) => known === given);
  if (action !== undefined) return action;
  const message = `Use: ${actions.join(", ")}`;
  throw new AppError("invalid_input", {
    detail: `Invalid action. ${message}`,
    fields: [{ path: "action", message }],
  });
}

/** The body with the agent that acts in its place, so that what is missing is named at once. */
function withActing(
  c: Context<Env>,
  { action: _, ...body }: Readonly<Record<string, unknown>>,
  identity: string,
): Record<string, unknown> {
  const given = body[identity] ?? undefined;
  // What is no name at all is refused by the schema.
  if (given !== undefined && typeof given !== "string") return body;
  const acting = actingAgent(c, { body: given || undefined });
  return acting === undefined ? body : { ...body, [identity]: acting };
}

/** `Already claimed by X`, as clients of this surface know it; until when stands in the claim. */
function inKnownWords(error: unknown): never {
  const claim = error instanceof AppError ? error.extension?.claim : undefined;
  if (!(error instanceof AppError) || error.code !== "conflict" || !claim) throw error;
  const { by } = claim as { by: string };
  throw new AppError("conflict", { detail: `Already claimed by ${by}`, extension: { claim } });
}
