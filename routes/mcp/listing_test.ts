import { assertEquals } from "@std/assert";
import { z } from "zod";
import { listTool } from "./listing.ts";
import { ONLY, type Tool, verb } from "./tool.ts";

const answer = z.object({ done: z.boolean(), at: z.iso.datetime() });
const doing = {
  who: "actor",
  output: answer,
  run: () => ({ done: true, at: "2026-07-28T00:00:00Z" }),
  text: () => "Done",
} as const;

const TOOL: Tool = {
  name: "door",
  title: "Door",
  description: "A door",
  verbs: {
    open: verb({
      ...doing,
      does: "open it",
      needs: "coordinate",
      input: z.strictObject({ key: z.string(), width: z.int().default(90) }),
    }),
    look: verb({
      ...doing,
      does: "look through it",
      input: z.strictObject({ key: z.string(), width: z.int().optional() }),
    }),
    knock: verb({ ...doing, input: z.strictObject({ key: z.string(), times: z.int() }) }),
  },
};

Deno.test("listTool() merges the fields of all verbs into one object", () => {
  const { inputSchema } = listTool(TOOL);
  const { action, agentId: _, ...fields } = inputSchema.properties as Record<string, {
    enum?: string[];
    type: string;
    description?: string;
    default?: unknown;
  }>;
  assertEquals(action!.enum, ["open", "look", "knock"]);
  assertEquals(Object.keys(fields), ["key", "width", "times"]);
  assertEquals(inputSchema.required, ["action", "key"]);
  assertEquals([fields.width!.type, fields.width!.default], ["integer", undefined]);
  assertEquals(fields.width!.description, "For open, look");
  assertEquals(fields.times!.description, "For knock (required)");
});

Deno.test("listTool() says what the verbs do and what they change", () => {
  const { description, annotations } = listTool(TOOL);
  assertEquals(description, "A door\nopen: open it\nlook: look through it");
  assertEquals([annotations!.readOnlyHint, annotations!.idempotentHint], [false, false]);
  const { look } = TOOL.verbs;
  const reading = listTool({ ...TOOL, verbs: { [ONLY]: look! } });
  assertEquals(reading.annotations!.readOnlyHint, true);
  assertEquals("action" in reading.inputSchema.properties!, false);
});

Deno.test("listTool() gives each kind of answer once, open to new members", () => {
  const { outputSchema } = listTool(TOOL);
  const properties = outputSchema!.properties as Record<string, Record<string, unknown>>;
  assertEquals(properties.at, { type: "string", format: "date-time" });
  assertEquals("additionalProperties" in outputSchema!, false);
  const two = {
    ...TOOL.verbs,
    count: verb({
      ...doing,
      output: answer.extend({ n: z.int() }),
      input: z.strictObject({}),
      run: () => ({ done: true, at: "", n: 1 }),
    }),
  };
  const { outputSchema: union } = listTool({ ...TOOL, verbs: two });
  assertEquals([union!.type, (union!.anyOf as unknown[]).length], ["object", 2]);
});
