/** A tool is one thing an agent may do in the world, with what the engine must know to do it safely. */
import type { z } from "zod";
import type { CovenantMode } from "./covenant.ts";
import type { Json } from "../kernel/core/json.ts";

export interface ToolRun {
  /** The same for every attempt of one effect; receivers may deduplicate by it. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Guarded against private addresses; see the platform's outbound fetch. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
}

export interface Tool<A = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<A>;
  /** `read` changes nothing; `write` changes the world. */
  readonly effect: "read" | "write";
  /** Doing it twice is the same as once. A read is always idempotent. */
  readonly idempotent: boolean;
  /** A person must approve these arguments first; strict mode asks for every `write` regardless. */
  readonly needsApproval?: (args: A, terms: { readonly mode: CovenantMode }) => boolean;
  readonly risk: "low" | "medium" | "high";
  run(tool: ToolRun, args: A): Promise<Json>;
}

/** Names a tool; the schema fixes the type of its arguments. */
export function defineTool<A>(tool: Tool<A>): Tool<A> {
  return tool;
}
