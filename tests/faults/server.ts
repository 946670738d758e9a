/** A real server with campaign agents and faults under its committer; killed by itself or by the driver. */
import { loadRunView } from "../../lib/engine/mod.ts";
import { parseFaults } from "../../lib/kernel/kv/mod.ts";
import { testApp } from "../harness/test_app.ts";
import { campaignAgents, campaignTools, remoteModel } from "./campaign.ts";
import type { ServerOptions } from "./protocol.ts";

const options = JSON.parse(Deno.args[0]!) as ServerOptions;
const app = await testApp({
  path: options.store,
  kv: "file",
  agents: campaignAgents,
  tools: campaignTools(options.receiver),
  models: remoteModel(options.receiver),
  tuning: { faults: parseFaults(options.faults) },
  limits: { runsPerWorkspace: 10_000 },
  ...(options.ttlMs !== undefined && { instanceTtlMs: options.ttlMs }),
});
console.log(`ready ${app.url}`);
await Promise.all(options.start.map(async (runId) => {
  if (await loadRunView(app.ctx, "default", runId)) return;
  await app.engine.start(
    "default",
    { runId, intent: "Do the campaign", pattern: options.agent ?? "campaign" },
    "user:driver",
  );
}));
