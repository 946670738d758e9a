/**
 * What a tool is. A tool has one verb, or several chosen by `action`; each verb has the input and the
 * answer of the API's operation, from the same schemas. Everything around that (identity, rights,
 * validation, errors as results) is done once, in call.ts.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { App } from "../../lib/app.ts";
import type { Call } from "../../lib/coordination/mod.ts";
import type { ActionClass } from "../../lib/identity/mod.ts";
import type { Env } from "../_http/env.ts";

/** What a verb is given beside its input. */
export interface ToolCall {
  readonly app: App;
  readonly c: Context<Env>;
  readonly workspaceId: string;
  /** Who asks, for commands. */
  readonly call: Call;
  /** The agent acted as, or asked about; throws `agentId required` when nobody is named. */
  agent(): string;
  /** The same where nobody need be named. */
  readonly agentId: string | undefined;
  /** Aborts when the client cancels or leaves. */
  readonly signal: AbortSignal;
  /** Tells a client that asked for it how a long wait goes. */
  progress(message: string): void;
}

/**
 * Whom `agentId` names: `actor` acts and must be named (by the key, the argument or `X-Agent-Id`),
 * `caller` may be, `subject` is asked about and may be anybody.
 */
export type Who = "actor" | "caller" | "subject";

export interface VerbSpec<I extends z.ZodObject, O extends z.ZodType> {
  /** For the description: what it does, as a clause. */
  readonly does?: string;
  readonly who: Who;
  /** The right it takes; default `read`. */
  readonly needs?: ActionClass;
  /** A read that also notes that the agent is here. */
  readonly marks?: boolean;
  /** Fields beside `agentId` and `action`. */
  readonly input: I;
  readonly output: O;
  run(call: ToolCall, input: z.output<I>): Promise<z.output<O>> | z.output<O>;
  /** One sentence; what it does not say is read from the result. */
  text(result: z.output<O>, input: z.output<I>): string;
  /** The sentence says everything: the result is not written out below it. */
  readonly brief?: boolean;
}

export type Verb = VerbSpec<z.ZodObject, z.ZodType>;

/** Keeps the types of a verb's own schemas together. */
export function verb<I extends z.ZodObject, O extends z.ZodType>(spec: VerbSpec<I, O>): Verb {
  return spec as unknown as Verb;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  /** When to use it and what it returns; the verbs are added below. */
  readonly description: string;
  /** By `action`; a tool with one verb has it under `ONLY`. */
  readonly verbs: Readonly<Record<string, Verb>>;
  /** The action meant by arguments without one. */
  infer?(given: Readonly<Record<string, unknown>>): string;
  /** Other names of fields, as the API's paths and bodies have them. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Where the API's form of a call differs by more than names. */
  normalize?(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** May undo or take from others. */
  readonly destructive?: boolean;
  /** Calling again with the same arguments changes nothing more. */
  readonly idempotent?: boolean;
  /** Reaches beyond this server, by a model or a tool of a run. */
  readonly openWorld?: boolean;
}

export const ONLY = "only";

/** A tool with one verb takes no `action`. */
export function singleVerb(tool: Tool): Verb | undefined {
  return tool.verbs[ONLY];
}

export function readsOnly(tool: Tool): boolean {
  return Object.values(tool.verbs).every(({ needs = "read", marks }) => needs === "read" && !marks);
}
