/** Requests of these tests, and what they were answered. */
import type { TestApp } from "../../harness/test_app.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- whatever the server said
  readonly body: any;
}

export async function ask(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await app.fetch(path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    // Text is sent as it is: broken JSON.
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** Types and data of an agent's events, or of another stream's, in order. */
export async function eventsOf(
  app: TestApp,
  types: string,
  // deno-lint-ignore no-explicit-any -- events are flat and of many kinds
): Promise<any[]> {
  const { body } = await ask(app, "GET", `/api/v1/events?format=json&limit=100&types=${types}`);
  return body.items;
}

/** Status and body, for rows whose whole answer is quoted. */
export async function told(...given: Parameters<typeof ask>): Promise<[number, unknown]> {
  const { status, body } = await ask(...given);
  return [status, body];
}
