/**
 * The official conformance suite, pinned, against `/mcp`: the server scenarios it lists for both
 * revisions. Those that need its own diagnostic tools, or features this server does not offer, are
 * named with the reason; a new scenario of the suite fails this test until it is sorted in.
 */
import { assertEquals } from "@std/assert";
import type { TestApp } from "../harness/test_app.ts";
import { diagnosticApp } from "./diagnostic_app.ts";

const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

const FIXTURE = "wants images, audio or texts of the suite's own server";
const NO_ELICITATION = "no tool asks the client for input";
const NO_TASKS = "the tasks extension is not offered";
const NO_SKILLS = "the skills extension is not offered";
const NO_SESSIONS = "there are no sessions: every request stands alone";
const HANDSHAKE_PUSH = "nothing is pushed to clients of the handshake; they read again";

/** What passes, by revision. */
const PASSING: Readonly<Record<string, readonly string[]>> = {
  "2026-07-28": [
    "tools-list",
    "tools-call-simple-text",
    "tools-call-error",
    "tools-call-with-progress",
    "resources-list",
    "prompts-list",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "server-stateless",
  ],
  "2025-11-25": [
    "server-initialize",
    "ping",
    "tools-list",
    "tools-call-simple-text",
    "tools-call-error",
    "tools-call-with-progress",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
  ],
};

/** Checks inside a passing scenario that cannot be made here: no tool needs a client's capability. */
const UNTESTABLE: ReadonlySet<string> = new Set([
  "sep-2575-server-rejects-undeclared-capability",
  "sep-2575-missing-capability-http-400",
]);

const SKIPPED: readonly (readonly [RegExp, string])[] = [
  [/^tools-call-(?:sampling|elicitation)$|^input-required-|^elicitation-/, NO_ELICITATION],
  [/^tools-call-with-logging$|^logging-set-level$/, "logging is deprecated and not offered"],
  [/^tools-call-/, FIXTURE],
  [/^json-schema-2020-12$|^http-custom-header/, "wants a tool with a schema of the suite's own"],
  [/^resources-read-|^resources-templates-read$|^prompts-get-/, FIXTURE],
  [/^tasks-/, NO_TASKS],
  [/skills/, NO_SKILLS],
  [/^server-session-|^server-sse-/, NO_SESSIONS],
  [/^resources-(?:un)?subscribe$/, HANDSHAKE_PUSH],
  [/^completion-complete$/, "no argument completes"],
];

for (const [revision, passing] of Object.entries(PASSING)) {
  Deno.test(`MCP conformance at ${revision}: ${passing.length} scenarios`, async () => {
    await using app = await diagnosticApp();
    for (const scenario of passing) {
      const failed = (await run(app, scenario, revision)).filter(({ status, id }) =>
        status !== "SUCCESS" && status !== "INFO" && status !== "SKIPPED" && !UNTESTABLE.has(id)
      );
      assertEquals(failed, [], scenario);
    }
  });
}

Deno.test("MCP conformance: every scenario runs or is skipped for a reason", async () => {
  const listed = await scenarios();
  const run = new Set(Object.values(PASSING).flat());
  const skipped = listed.filter((scenario) => !run.has(scenario));
  const reasonOf = (scenario: string) => SKIPPED.find(([which]) => which.test(scenario))?.[1];
  for (const scenario of skipped) console.log(`skipped ${scenario}: ${reasonOf(scenario)}`);
  assertEquals(skipped.filter((scenario) => reasonOf(scenario) === undefined), []);
  assertEquals([...run].filter((scenario) => !listed.includes(scenario)), []);
});

async function scenarios(): Promise<string[]> {
  const text = await suite(["list", "--server"]);
  return [...text.matchAll(/^ {2}- ([a-z0-9-]+)/gm)].map(([, name]) => name!);
}

async function run(app: TestApp, scenario: string, revision: string): Promise<Check[]> {
  const folder = await Deno.makeTempDir({ prefix: "muster-conformance-" });
  try {
    const url = `${app.url}/mcp`;
    await suite([
      "server",
      ...["--url", url, "--scenario", scenario, "--spec-version", revision, "-o", folder],
    ]);
    return await readChecks(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readChecks(folder: string): Promise<Check[]> {
  for await (const entry of Deno.readDir(folder)) {
    return JSON.parse(await Deno.readTextFile(`${folder}/${entry.name}/checks.json`));
  }
  throw new Error("The suite wrote no checks");
}

async function suite(args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", SUITE, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
