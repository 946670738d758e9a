/**
 * Admission of a WebSocket before the upgrade. Silence is found by the runtime's own pings: a far end that
 * answers none for three intervals is closed (`idleTimeout`), also where nobody says so.
 */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { readSettings } from "../../lib/coordination/settings/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { callOf, mayAct, requireActing } from "../_http/acting.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import type { Holder, SocketKind } from "./_kind.ts";
import { SocketSession } from "./_session.ts";

/** The subprotocol that is answered; a key may stand beside it (`bearer.<key>`). */
const PROTOCOL = "muster";

export function isUpgrade(c: Context<Env>): boolean {
  return c.req.header("upgrade")?.toLowerCase() === "websocket";
}

/** Who asks for a socket: named by the query or the path. */
export function holderOf(
  c: Context<Env>,
  named: { readonly body?: string | undefined; readonly path?: string | undefined },
): Holder {
  const id = requireActing(c, named);
  const parsed = agentId.safeParse(id);
  if (!parsed.success) {
    const { message } = parsed.error.issues[0]!;
    throw new AppError("invalid_input", {
      detail: `agentId: ${message}`,
      fields: [{ path: "agentId", message }],
    });
  }
  return {
    agentId: id,
    call: callOf(c, id),
    caller: c.get("caller"),
    callerId: actorOf(c),
    mayWrite: mayAct(c, "coordinate"),
  };
}

/** Upgrades the request and serves the socket until it ends. Throws before the upgrade only. */
export async function serveSocket(
  c: Context<Env>,
  app: App,
  holder: Holder,
  kind: SocketKind,
): Promise<Response> {
  const workspaceId = workspaceOf(c);
  const { connections } = app.coordination;
  await connections.requireRoom(workspaceId);
  const { agents } = await readSettings(app.ctx, workspaceId);
  const offered = c.req.header("sec-websocket-protocol")?.split(",").map((name) => name.trim());
  const { socket, response } = upgrade(c.req.raw, {
    idleTimeout: agents.pingIntervalMs * agents.missedPings / 1_000,
    ...(offered?.includes(PROTOCOL) && { protocol: PROTOCOL }),
  });
  new SocketSession(app, socket, holder, kind, agents).listen();
  return response;
}

function upgrade(request: Request, options: Deno.UpgradeWebSocketOptions): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, options);
  } catch (cause) {
    throw new AppError("invalid_input", {
      detail: "This is not a WebSocket handshake; send GET with Upgrade, Connection and " +
        "Sec-WebSocket-Key",
      cause,
    });
  }
}
