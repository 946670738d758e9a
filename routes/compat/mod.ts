/** The compatibility surface, one file per part; each line says where its paths begin. */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { agentNotesRoutes } from "./agent_notes.ts";
import { agentPresenceRoutes } from "./agent_presence.ts";
import { agentProgressRoutes } from "./agent_progress.ts";
import { coordinatorChatRoutes } from "./coordinator_chat.ts";
import { coordinatorWorkRoutes } from "./coordinator_work.ts";
import { coordinatorAgentRoutes } from "./coordinator_agents.ts";
import { lockRoutes } from "./lock.ts";
import { modelCompatRoutes } from "./models.ts";
import { orchestrateRoutes } from "./orchestrate.ts";

export function compatRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  // One line per file:
  router.route("/coordinator", coordinatorWorkRoutes(app));
  router.route("/coordinator", coordinatorChatRoutes(app));
  router.route("/coordinator", coordinatorAgentRoutes(app));
  router.route("/agent", agentNotesRoutes(app));
  router.route("/agent", agentProgressRoutes(app));
  router.route("/agent", agentPresenceRoutes(app));
  router.route("/lock", lockRoutes(app));
  router.route("/api", modelCompatRoutes(app));
  router.route("/api/orchestrate", orchestrateRoutes(app));
  return router;
}
