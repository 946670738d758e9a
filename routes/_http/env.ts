/** What the guards put on a request, and how handlers read it. */
import type { Context } from "hono";
import type { Role } from "../../lib/identity/mod.ts";

export interface Caller {
  /** Stands in events and audit as the actor: `user:local`, `user:admin`, `key:admin`, `key:key_…`. */
  readonly id: string;
  readonly via: "open" | "key" | "cookie";
  readonly role: Role;
  /** The one agent its key acts as. */
  readonly agentId?: string | undefined;
}

export interface Env {
  /** What `Deno.serve` knows of the connection. */
  Bindings: { readonly remoteAddr?: Deno.Addr };
  Variables: {
    requestId: string;
    /** Absent on the few public paths. */
    caller: Caller | undefined;
    workspaceId: string;
  };
}

/** The one workspace of a server without tenants. */
export const DEFAULT_WORKSPACE = "default";

export const requestIdOf = (c: Context<Env>): string => c.get("requestId");
export const workspaceOf = (c: Context<Env>): string => c.get("workspaceId");
export const actorOf = (c: Context<Env>): string => c.get("caller")?.id ?? "anonymous";
