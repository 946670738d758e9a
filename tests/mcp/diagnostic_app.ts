/** The endpoint with the conformance suite's diagnostic tools beside ours, so that more of it can run. */
import { Hono } from "hono";
import { z } from "zod";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { access } from "../../routes/_http/access.ts";
import type { Env } from "../../routes/_http/env.ts";
import { onError } from "../../routes/_http/errors.ts";
import { answerHeaders } from "../../routes/_http/headers.ts";
import { mcpRoutes } from "../../routes/mcp/mod.ts";
import { ONLY, type Tool, type ToolCall, verb } from "../../routes/mcp/tool.ts";
import { TOOLS } from "../../routes/mcp/tools/mod.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

function diagnostic(name: string, text: string, run: (call: ToolCall) => void = () => {}): Tool {
  return {
    name,
    title: name,
    description: "A tool of the conformance suite",
    verbs: {
      [ONLY]: verb({
        who: "caller",
        input: z.strictObject({}),
        output: z.object({}),
        run: (call) => {
          run(call);
          return {};
        },
        text: () => text,
        brief: true,
      }),
    },
  };
}

const DIAGNOSTIC: readonly Tool[] = [
  diagnostic("test_simple_text", "This is a simple text response for testing."),
  diagnostic("test_error_handling", "", () => {
    throw new AppError("conflict", { detail: "This tool intentionally returns an error" });
  }),
  diagnostic("test_tool_with_progress", "Done", ({ progress }) => {
    for (const part of ["a third", "two thirds", "all"]) progress(part);
  }),
  diagnostic("test_logging_tool", "Nothing is logged to clients"),
  diagnostic("test_streaming_elicitation", "Asks nothing", ({ progress }) => progress("half")),
];

/** As the served program mounts it, with the same guards. */
export async function diagnosticApp(): Promise<TestApp> {
  const app = await testApp();
  const http = new Hono<Env>();
  http.onError(onError(app.ctx.log, () => undefined));
  http.use(answerHeaders(app.ctx));
  http.use(access(app));
  http.route("/", mcpRoutes(app, [...TOOLS, ...DIAGNOSTIC]));
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, info) => http.fetch(request, info),
  );
  return {
    ...app,
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}
