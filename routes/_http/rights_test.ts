import { assertEquals } from "@std/assert";
import type { ActionClass } from "../../lib/identity/mod.ts";
import { neededRight } from "./rights.ts";

const TABLE: readonly [string, string, ActionClass][] = [
  ["GET", "/", "read"],
  ["GET", "/api/v1/runs", "read"],
  ["HEAD", "/lock/src/a.ts/check", "read"],
  ["GET", "/api/v1/settings/coordination", "read"],
  ["GET", "/api/v1/providers", "read"],
  ["GET", "/api/v1/keys", "administer"],
  ["HEAD", "/api/v1/keys/key_1", "administer"],
  ["POST", "/api/v1/keys", "administer"],
  ["DELETE", "/api/v1/keys/key_1", "administer"],
  ["PUT", "/api/v1/providers/openai", "administer"],
  ["PATCH", "/api/v1/settings/coordination", "administer"],
  ["POST", "/api/v1/runs/run_1/steps/step_1/override", "override"],
  ["POST", "/api/v1/runs/run_1/steps/step_1/retry", "work"],
  ["POST", "/api/v1/runs", "work"],
  ["POST", "/api/v1/workflows", "work"],
  ["POST", "/api/v1/approvals/apr_1/answer", "work"],
  ["POST", "/api/route", "read"],
  ["POST", "/api/chat", "coordinate"],
  ["POST", "/api/batch", "coordinate"],
  ["POST", "/api/orchestrate/full", "work"],
  ["POST", "/v1/chat/completions", "coordinate"],
  ["DELETE", "/v1/responses/resp_1", "coordinate"],
  ["GET", "/v1/models", "read"],
  ["POST", "/api/v1/something/new", "work"],
  ["POST", "/something/new", "work"],
  ["POST", "/coordinator/chat", "coordinate"],
  ["PATCH", "/agent/phoenix/messages", "coordinate"],
  ["POST", "/lock/src%2Fa.ts/lock", "coordinate"],
  ["PUT", "/api/v1/locks/src/a.ts/guard", "coordinate"],
  ["POST", "/api/v1/tasks/task_1/claim", "coordinate"],
  ["POST", "/api/v1/chat/messages", "coordinate"],
  ["POST", "/api/v1/keyshop", "work"],
  ["POST", "/agents", "work"],
  ["POST", "/mcp", "read"],
  ["POST", "/sign-in", "read"],
  ["POST", "/internal/drain", "read"],
];

for (const [method, path, expected] of TABLE) {
  Deno.test(`neededRight() of ${method} ${path} is ${expected}`, () => {
    assertEquals(neededRight(method, path), expected);
  });
}
