/** Calls of OpenAI's surface without any client, for tests of the wire itself. */
import type { LLMock } from "@copilotkit/aimock";
import { assert, assertEquals } from "@std/assert";
import type { TestApp } from "../../harness/test_app.ts";

export function post(
  app: Pick<TestApp, "fetch">,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return app.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

export interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** The error of a refusal, which has all four members and is JSON. */
export async function errorOf(response: Response): Promise<ErrorBody> {
  assertEquals(response.headers.get("content-type")?.split(";")[0], "application/json");
  const body = await response.json();
  assertEquals(Object.keys(body), ["error"]);
  assertEquals(Object.keys(body.error).sort(), ["code", "message", "param", "type"]);
  assert(typeof body.error.message === "string" && body.error.message !== "");
  return body.error;
}

/** The data of every frame of a stream, to its end. */
export async function sseData(response: Response): Promise<string[]> {
  const frames = (await response.text()).split("\n\n").filter((frame) => frame !== "");
  return frames.map((frame) =>
    frame.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6))
      .join("\n")
  );
}

/** Resolves when a connection to the server was closed before its answer was complete. */
export function hangUpAt(server: LLMock): Promise<void> {
  const hungUp = Promise.withResolvers<void>();
  server.mount("/v1", {
    handleRequest(_request, response) {
      response.on("close", () => response.writableFinished || hungUp.resolve());
      return Promise.resolve(false);
    },
  });
  return hungUp.promise;
}
