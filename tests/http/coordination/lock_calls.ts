/** Calls on locks as an agent's program makes them. */
import type { Lock } from "../../../lib/coordination/locks/schema.ts";
import type { TestApp } from "../../harness/test_app.ts";

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- whatever the server said
  readonly body: any;
}

export async function ask(
  app: Pick<TestApp, "fetch">,
  method: string,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Told> {
  const response = await app.fetch(path, {
    ...init,
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...init.headers as Record<string, string>,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : text,
  };
}

export const LOCKS = "/api/v1/locks";

/** Granted or renewed, or the test fails. */
export async function hold(
  app: TestApp,
  agentId: string,
  target: { path?: string; paths?: string[]; glob?: string },
  more: { ttlMs?: number; reason?: string; waitMs?: number } = {},
): Promise<Lock[]> {
  const { waitMs = 0, ...rest } = more;
  const input = { agentId, ...target, ...rest };
  const done = await app.json<{ locks: Lock[] }>("POST", `${LOCKS}?waitMs=${waitMs}`, input);
  return done.locks;
}

export async function letGo(app: TestApp, agentId: string, path: string): Promise<Told> {
  return await ask(app, "DELETE", `${LOCKS}/${encodeURIComponent(path)}?agentId=${agentId}`);
}

/** Resolves when that many callers stand in line for the path. */
export async function waiting(app: TestApp, path: string, count: number): Promise<void> {
  for (;;) {
    const { body } = await ask(app, "GET", `${LOCKS}/${encodeURIComponent(path)}`);
    if ((body.lock?.waiting ?? 0) === count) return;
  }
}

/** Events of locks in commit order: type, holder, path. */
export async function lockEvents(app: TestApp): Promise<[string, string, string][]> {
  const { readEvents } = await import("../../../lib/kernel/events/mod.ts");
  const events = await readEvents(app.ctx, "default", "board");
  return events.filter(({ type }) => type.startsWith("lock.") && type !== "lock.waiting")
    .map(({ type, json }) => {
      const { lock } = JSON.parse(json) as { lock: Lock };
      return [type, lock.lockedBy, lock.resourcePath];
    });
}
