/** Zones and claims: who owns a part of the tree, who is doing what. */
import { z } from "zod";
import {
  claimWork,
  getClaim,
  listClaims,
  releaseWork,
} from "../../../lib/coordination/claims/mod.ts";
import {
  claim as claimShape,
  claimInput,
  claimRelease,
} from "../../../lib/coordination/claims/schema.ts";
import { agentId } from "../../../lib/coordination/schema.ts";
import {
  claimZone,
  findZone,
  listZones,
  releaseZone,
} from "../../../lib/coordination/zones/mod.ts";
import {
  zone as zoneShape,
  zoneInput,
  zoneRelease,
} from "../../../lib/coordination/zones/schema.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

export const zone: Tool = {
  name: "zone",
  title: "Zones",
  description:
    "Own a folder and everything below it for a longer time, so that others ask you first. Zones of different owners never overlap. For one file and one edit use resource. Returns the zone or the zones.",
  infer: ({ zoneId, path }) =>
    zoneId !== undefined && path !== undefined ? "claim" : path !== undefined ? "find" : "list",
  aliases: { owner: "agentId" },
  verbs: {
    claim: verb({
      does: "own path as zoneId; again to change yours",
      who: "actor",
      needs: "coordinate",
      input: zoneInput.omit({ owner: true }),
      output: z.object({ zone: zoneShape }),
      run: async ({ app, call, agent }, input) => ({
        zone: await claimZone(app.ctx, call, { ...input, owner: agent() }),
      }),
      text: ({ zone: { zoneId, path } }) => `${path} is yours as ${zoneId}`,
      brief: true,
    }),
    release: verb({
      does: "give it up",
      who: "actor",
      needs: "coordinate",
      input: zoneRelease.omit({ owner: true }),
      output: z.object({ zone: zoneShape }),
      run: async ({ app, call, agent }, input) => ({
        zone: await releaseZone(app.ctx, call, { ...input, owner: agent() }),
      }),
      text: ({ zone: { zoneId } }) => `${zoneId} is released`,
      brief: true,
    }),
    find: verb({
      does: "the zone a path lies in",
      who: "caller",
      input: z.strictObject({ path: zoneInput.shape.path }),
      output: z.object({ zone: zoneShape.nullable() }),
      run: async ({ app, workspaceId }, { path }) => ({
        zone: await findZone(app.ctx, workspaceId, path),
      }),
      text: ({ zone: found }, { path }) =>
        found ? `${path} lies in ${found.zoneId} of ${found.owner}` : `${path} is nobody's`,
    }),
    list: verb({
      does: "all, or an owner's",
      who: "caller",
      input: z.strictObject({ owner: agentId.optional(), ...pageInput }),
      output: pageOf(zoneShape),
      run: ({ app, workspaceId }, query) => listZones(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "zone"),
    }),
  },
};

export const claim: Tool = {
  name: "claim",
  title: "Claims",
  description:
    "Say in words what you are about to do, so that no two begin the same. Renew by claiming again: without that it is stale after half an hour. For listed work use task. Returns the claim or the claims.",
  infer: ({ what }) => what === undefined ? "list" : "check",
  aliases: { by: "agentId" },
  verbs: {
    claim: verb({
      does: "you do this; again to renew",
      who: "actor",
      needs: "coordinate",
      input: claimInput.omit({ by: true }),
      output: z.object({ claim: claimShape }),
      run: async ({ app, call, agent }, input) => ({
        claim: await claimWork(app.ctx, call, { ...input, by: agent() }),
      }),
      text: ({ claim: { staleAt } }) => `It is yours until ${staleAt}; claim again to renew`,
      brief: true,
    }),
    release: verb({
      does: "you no longer do it",
      who: "actor",
      needs: "coordinate",
      input: claimRelease.omit({ by: true }),
      output: z.object({ claim: claimShape }),
      run: async ({ app, call, agent }, input) => ({
        claim: await releaseWork(app.ctx, call, { ...input, by: agent() }),
      }),
      text: ({ claim: { what } }) => `"${what}" is released`,
      brief: true,
    }),
    check: verb({
      does: "who does it, if anybody",
      who: "caller",
      input: z.strictObject({ what: claimInput.shape.what }),
      output: z.object({ claim: claimShape.nullable() }),
      run: async ({ app, workspaceId }, { what }) => ({
        claim: await getClaim(app.ctx, workspaceId, what),
      }),
      text: ({ claim: found }) =>
        found ? `${found.by} does it, until ${found.staleAt}` : "Nobody does it",
    }),
    list: verb({
      does: "all fresh ones, or an agent's; includeStale: true for all",
      who: "caller",
      input: z.strictObject({
        by: agentId.optional(),
        includeStale: z.boolean().optional(),
        ...pageInput,
      }),
      output: pageOf(claimShape),
      run: ({ app, workspaceId }, query) => listClaims(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "claim"),
    }),
  },
};
