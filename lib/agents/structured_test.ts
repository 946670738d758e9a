import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { extractJson, jsonSchemaOf } from "./structured.ts";
import { runAgent } from "../../tests/harness/agent_context.ts";
import { inTurn, team } from "../../tests/harness/scripts.ts";

Deno.test("extractJson() finds the object in fences, after reasoning and amid prose", () => {
  const wanted = { a: [1, { b: "}" }] };
  const json = JSON.stringify(wanted);
  assertEquals(extractJson(json), wanted);
  assertEquals(extractJson("Here you are:\n```json\n" + json + "\n```\nDone."), wanted);
  assertEquals(extractJson(`<think>{"not": "this"}</think>\n${json}`), wanted);
  assertEquals(extractJson(`Sure! ${json} Anything else?`), wanted);
});

Deno.test("extractJson() gives nothing for prose and for a cut object", () => {
  assertEquals(extractJson("No JSON here"), undefined);
  assertEquals(extractJson('{"a": [1, 2'), undefined);
});

Deno.test("jsonSchemaOf() writes what strict providers accept", () => {
  const schema = jsonSchemaOf(z.object({
    id: z.string().min(1).max(9),
    default: z.int(),
    list: z.array(z.string()).default([]),
    score: z.number().min(0).max(10),
  }));
  assertEquals(schema, {
    type: "object",
    properties: {
      id: { type: "string" },
      default: { type: "integer" },
      list: { type: "array", items: { type: "string" } },
      score: { type: "number", minimum: 0, maximum: 10 },
    },
    required: ["id", "default", "list", "score"],
    additionalProperties: false,
  });
});

const CLASSIFY = { request: "x", tasks: [{ id: "t1", title: "T", instructions: "I" }] };

Deno.test("structured() names a cut answer when it asks for repair", async () => {
  const good = { reasoning: "r", kind: "code", difficulty: "high", language: "en", parts: [] };
  const { world, output } = await runAgent<{ parts: unknown[] }>("classifier", CLASSIFY, {
    model: team({ classifier: inTurn({ text: '{"reas', finishReason: "length" }, { json: good }) }),
  });
  assert(world.calls[1]!.text.includes("be much shorter"));
  assertEquals(output!.parts, [{ id: "t1", kind: "code", difficulty: "high" }]);
});

Deno.test("classifier goes on with a default when no usable answer comes", async () => {
  const { world, output } = await runAgent<{ parts: unknown[] }>("classifier", CLASSIFY, {
    model: team({ classifier: () => "analysis, I guess" }),
  });
  assertEquals(world.calls.length, 2);
  assertEquals(output!.parts, [{ id: "t1", kind: "analysis", difficulty: "medium" }]);
});

Deno.test("mediator keeps the person's terms when no usable draft comes", async () => {
  const request = "Compare three databases and recommend one";
  const brief = { request, acceptance: ["In one page"], scope: { in: [], out: [] }, strict: false };
  const { output } = await runAgent<{ acceptance: string[] }>("mediator", brief, {
    model: team({ mediator: () => "no" }),
  });
  assertEquals(output!.acceptance, ["In one page"]);
});
