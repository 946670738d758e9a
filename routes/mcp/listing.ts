/**
 * Tools as `tools/list` shows them. Input is one flat object: an `action` and the fields of all its verbs,
 * for models fill in unions badly and some clients refuse them. Which verb takes which field stands in the
 * descriptions, and a call is checked against its own verb alone (call.ts).
 */
import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import { z } from "zod";
import { agentId } from "../../lib/coordination/schema.ts";
import { ONLY, readsOnly, type Tool, type Verb } from "./tool.ts";

type JsonSchema = { type: "object"; [key: string]: unknown };

export function listTool(tool: Tool): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: describe(tool),
    inputSchema: jsonSchema(flatInput(tool), "input"),
    outputSchema: jsonSchema(anyOutput(Object.values(tool.verbs)), "output"),
    annotations: {
      title: tool.title,
      readOnlyHint: readsOnly(tool),
      destructiveHint: tool.destructive ?? false,
      idempotentHint: tool.idempotent ?? readsOnly(tool),
      openWorldHint: tool.openWorld ?? false,
    },
  };
}

function describe(tool: Tool): string {
  const lines = Object.entries(tool.verbs)
    .filter(([name, verb]) => name !== ONLY && verb.does)
    .map(([name, verb]) => `${name}: ${verb.does}`);
  return [tool.description, ...lines].join("\n");
}

function flatInput(tool: Tool): z.ZodObject {
  const verbs = Object.entries(tool.verbs);
  const shape: Record<string, z.ZodType> = {};
  if (!(ONLY in tool.verbs)) {
    const action = z.enum(verbs.map(([name]) => name) as [string, ...string[]]);
    shape.action = tool.infer
      ? action.optional().describe("What to do; without it the fields given decide")
      : action.describe("What to do");
  }
  shape.agentId = agentId.optional().describe(describeAgent(verbs.map(([, verb]) => verb)));
  for (const name of new Set(verbs.flatMap(([, verb]) => Object.keys(verb.input.shape)))) {
    shape[name] = flatField(name, verbs);
  }
  return z.strictObject(shape);
}

function describeAgent(verbs: readonly Verb[]): string {
  const acts = verbs.some(({ who }) => who !== "subject");
  const asked = verbs.some(({ who }) => who === "subject");
  if (!acts) return "The agent asked about; default: the one your key is bound to";
  const other = asked ? ", or whom you ask about" : "";
  return `Your own id${other}; may be left out with a key bound to you`;
}

/** The field as all verbs that take it see it, and which those are. */
function flatField(name: string, verbs: readonly (readonly [string, Verb])[]): z.ZodType {
  const takers = verbs.filter(([, verb]) => name in verb.input.shape);
  const kinds = [...new Set(takers.map(([, verb]) => verb.input.shape[name] as z.ZodType))];
  const required = takers.length === verbs.length && kinds.every((kind) => !isOptional(kind));
  const distinct = kinds.length === 1 ? kinds : distinctKinds(kinds);
  const kind = distinct.length === 1 ? distinct[0]! : z.union(distinct);
  const about = kinds.map((one) => one.description).find((text) => text !== undefined);
  const where = takers.length < verbs.length
    ? `For ${
      takers.map(([verb, { input }]) =>
        isOptional(input.shape[name]!) ? verb : `${verb} (required)`
      )
        .join(", ")
    }`
    : undefined;
  const text = [about, where].filter(Boolean).join(". ");
  const field = required || isOptional(kind) ? kind : kind.optional();
  return text ? field.describe(text) : field;
}

function distinctKinds(kinds: readonly z.ZodType[]): z.ZodType[] {
  const bySchema = new Map<string, z.ZodType>();
  for (const kind of kinds) {
    const bare = withoutDefault(kind);
    const key = JSON.stringify(z.toJSONSchema(bare, { io: "input", unrepresentable: "any" }));
    if (!bySchema.has(key)) bySchema.set(key, bare);
  }
  return [...bySchema.values()];
}

/** A default of one verb is not one of another. */
function withoutDefault(kind: z.ZodType): z.ZodType {
  return kind instanceof z.ZodOptional || kind instanceof z.ZodDefault
    ? withoutDefault(kind.unwrap() as z.ZodType)
    : kind;
}

const isOptional = (kind: unknown) => (kind as z.ZodType).safeParse(undefined).success;

function anyOutput(verbs: readonly Verb[]): z.ZodType {
  const outputs = [...new Set(verbs.map(({ output }) => output))];
  return outputs.length === 1 ? outputs[0]! : z.union(outputs);
}

/** The protocol wants `type: object` at the root, also above a union. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // A format says what its long pattern does, and not every client's regex knows \p.
      if (jsonSchema.format || jsonSchema.pattern?.includes("\\p{")) delete jsonSchema.pattern;
      // Answers may gain members.
      if (io === "output" && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
    },
  });
  return { type: "object", ...json } as JsonSchema;
}
