/** A closed server and callers of each role: `await using app = await keyedApp()`. */
import type { ApiKeyInput } from "../../lib/identity/schema.ts";
import { type TestApp, testApp, type TestAppOptions } from "./test_app.ts";

export const ADMIN_KEY = "a-long-enough-admin-key";

export interface KeyedApp extends TestApp {
  /** Sends JSON with this key; without one, as nobody. */
  send(
    key: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** A new key; its id and what is to be sent. */
  newKey(input: Partial<ApiKeyInput>): Promise<{ id: string; token: string }>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- whatever the server said
  readonly body: any;
}

export async function keyedApp(options: TestAppOptions = {}): Promise<KeyedApp> {
  const app = await testApp({ ...options, env: { MUSTER_ADMIN_KEY: ADMIN_KEY, ...options.env } });
  const send: KeyedApp["send"] = async (key, method, path, body, headers = {}) => {
    const response = await app.fetch(path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : text,
    };
  };
  const newKey: KeyedApp["newKey"] = async (input) => {
    const made = await send(ADMIN_KEY, "POST", "/api/v1/keys", {
      name: "test",
      role: "member",
      ...input,
    });
    if (made.status !== 201) throw new Error(`No key: ${JSON.stringify(made.body)}`);
    return { id: made.body.key.id, token: made.body.token };
  };
  return { ...app, send, newKey };
}
