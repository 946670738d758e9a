/** One request of a test of the hub and its answer: status and parsed body, checked to be JSON. */
import { assert } from "@std/assert";
import type { TestApp } from "../../harness/test_app.ts";

export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- tests read whatever shape the row promises
  readonly body: any;
  readonly headers: Headers;
}

export async function ask(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await app.fetch(path, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (text === "") return { status: response.status, body: null, headers: response.headers };
  assert(response.headers.get("content-type")?.includes("json"), `${method} ${path}: ${text}`);
  return { status: response.status, body: JSON.parse(text), headers: response.headers };
}

/** Status and body, for rows whose whole answer is quoted. */
export async function told(...given: Parameters<typeof ask>): Promise<[number, unknown]> {
  const { status, body } = await ask(...given);
  return [status, body];
}
