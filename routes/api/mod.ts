/** `/api/v1`, one file per resource. */
import type { App } from "../../lib/app.ts";
import { jsonOnly, newRouter } from "../_http/openapi.ts";
import { agentRoutes } from "./agents.ts";
import { approvalRoutes } from "./approvals.ts";
import { budgetRoutes } from "./budgets.ts";
import { chatRoutes } from "./chat.ts";
import { checkpointRoutes } from "./checkpoints.ts";
import { claimRoutes } from "./claims.ts";
import { covenantRoutes } from "./covenants.ts";
import { digestRoutes } from "./digest.ts";
import { effectRoutes } from "./effects.ts";
import { eventRoutes } from "./events.ts";
import { gatewayCacheRoutes } from "./gateway_cache.ts";
import { gatewayUsageRoutes } from "./gateway_usage.ts";
import { gatewayDecisionRoutes } from "./gateway_decisions.ts";
import { handoffRoutes } from "./handoffs.ts";
import { keyRoutes } from "./keys.ts";
import { lockRoutes } from "./locks.ts";
import { memoryRoutes } from "./memory.ts";
import { messageRoutes } from "./messages.ts";
import { modelRoutes } from "./models.ts";
import { presenceRoutes } from "./presence.ts";
import { providerRoutes } from "./providers.ts";
import { runRoutes } from "./runs.ts";
import { sessionRoutes } from "./sessions.ts";
import { settingsRoutes } from "./settings.ts";
import { soulRoutes } from "./souls.ts";
import { stepRoutes } from "./steps.ts";
import { taskRoutes } from "./tasks.ts";
import { traceRoutes } from "./traces.ts";
import { viewRoutes } from "./views.ts";
import { workflowRoutes } from "./workflows.ts";
import { zoneRoutes } from "./zones.ts";

export function apiRoutes(app: App) {
  const router = newRouter();
  router.use(jsonOnly);
  const resources = [
    sessionRoutes,
    runRoutes,
    stepRoutes,
    workflowRoutes,
    effectRoutes,
    covenantRoutes,
    approvalRoutes,
    agentRoutes,
    presenceRoutes,
    viewRoutes,
    chatRoutes,
    messageRoutes,
    memoryRoutes,
    digestRoutes,
    lockRoutes,
    modelRoutes,
    providerRoutes,
    gatewayDecisionRoutes,
    gatewayCacheRoutes,
    eventRoutes,
    keyRoutes,
    settingsRoutes,
    checkpointRoutes,
    soulRoutes,
    traceRoutes,
    taskRoutes,
    zoneRoutes,
    claimRoutes,
    handoffRoutes,
    budgetRoutes,
    gatewayUsageRoutes,
  ];
  for (const routes of resources) router.route("/", routes(app));
  return router;
}
