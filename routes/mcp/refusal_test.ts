import { assertEquals } from "@std/assert";
import { z } from "zod";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { invalidArguments, refusalResult } from "./refusal.ts";

const schema = z.strictObject({ title: z.string(), limit: z.int().max(10).optional() });

function refused(given: unknown): AppError {
  const { error } = schema.safeParse(given);
  return invalidArguments("task", error!, ["agentId", "title", "limit"]);
}

Deno.test("invalidArguments() names what is missing, wrong and unknown", () => {
  assertEquals(refused({}).detail, "task: title is required");
  assertEquals(
    refused({ title: "T", limit: 11 }).detail,
    "task: limit – Too big: expected number to be <=10",
  );
  assertEquals(
    refused({ title: "T", titel: 1 }).detail,
    "task: titel is not known; there are agentId, title, limit",
  );
});

Deno.test("refusalResult() tells every wrong field and carries the members of the refusal", () => {
  const { isError, content, _meta } = refusalResult(refused({ limit: 11 }), "req_1");
  assertEquals(isError, true);
  assertEquals(content, [{
    type: "text",
    text: "task: title is required; limit: Too big: expected number to be <=10",
  }]);
  const conflict = new AppError("conflict", {
    detail: "Held by phoenix",
    extension: { lockedBy: "phoenix" },
  });
  assertEquals(refusalResult(conflict, "req_1")._meta, {
    "muster/problem": { code: "conflict", lockedBy: "phoenix" },
  });
  assertEquals(Object.keys(_meta!), ["muster/problem"]);
});

Deno.test("refusalResult() keeps inside what went wrong inside", () => {
  const { content } = refusalResult(new AppError("internal", { detail: "secret" }), "req_1");
  assertEquals(content, [{
    type: "text",
    text: "Something went wrong inside; it is in the server's log as req_1. Try again once",
  }]);
});

Deno.test("refusalResult() says when to try again and who must be named", () => {
  const late = new AppError("rate_limited", { detail: "Too many", retryAfterMs: 1_500 });
  assertEquals(textOf(late), "Too many. Try again in 2 s");
  const nobody = new AppError("invalid_input", {
    detail: "agentId required",
    fields: [{ path: "agentId", message: "is required" }],
  });
  assertEquals(
    textOf(nobody),
    "agentId required. Give your own id as agentId, the same in every call, or use a key bound to it",
  );
});

function textOf(error: AppError): string {
  const [first] = refusalResult(error, "req_1").content;
  return first!.type === "text" ? first!.text : "";
}
