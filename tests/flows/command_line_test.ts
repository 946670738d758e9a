import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type TestApp, testApp } from "../harness/test_app.ts";

const SCRIPT = decodeURIComponent(new URL("../../scripts/muster.ts", import.meta.url).pathname);

async function muster(app: { url: string }, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", "--allow-read", SCRIPT, ...args, "--url", app.url],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function openApproval(app: TestApp): Promise<string> {
  for await (const event of app.hub.followEvents("default", "feed")) {
    if (event.type === "approval.requested") return JSON.parse(event.json).approval.id;
  }
  throw new Error("the feed ended");
}

Deno.test("muster run prints the answer alone, and the steps beside it", async () => {
  await using app = await testApp();
  const { code, stdout, stderr } = await muster(app, "run", "What is the capital of France?");
  assertEquals(code, 0, stderr);
  assert(stdout.trim().length > 0);
  assertMatch(stderr, /^run_\w+ .+\n/);
  assertStringIncludes(stderr, "run.completed");
});

Deno.test("muster run --json prints the whole run", async () => {
  await using app = await testApp();
  const { stdout } = await muster(app, "run", "What is the capital of France?", "--json");
  const view = JSON.parse(stdout);
  assertEquals([view.run.status, view.covenant.status], ["completed", "completed"]);
  assert(view.steps.length > 0);
});

Deno.test("muster approve lists what waits and lets it go on", async () => {
  await using app = await testApp();
  const running = muster(app, "run", "What is the capital of France?", "--mode", "strict");
  const id = await openApproval(app);
  const list = await muster(app, "approve");
  const answer = await muster(app, "approve", id);
  assertStringIncludes(list.stdout, id);
  assertEquals([answer.code, (await running).code], [0, 0]);
});

Deno.test("muster runs lists runs, and says when there are none", async () => {
  await using app = await testApp();
  assertStringIncludes((await muster(app, "runs")).stderr, "No runs yet");
  await muster(app, "run", "Say hello", "--detach");
  assertMatch((await muster(app, "runs")).stdout, /^run_\w+ .+Say hello\n$/);
});

Deno.test("muster doctor checks configuration and server", async () => {
  await using app = await testApp();
  const { code, stdout } = await muster(app, "doctor", "--json");
  const { findings } = JSON.parse(stdout);
  const wrong = findings.filter((f: { status: string }) => f.status === "wrong");
  assertEquals([code, wrong], [0, []]);
});

Deno.test("muster says what is wrong and how to go on", async () => {
  const away = { url: "http://127.0.0.1:1" };
  const unreachable = await muster(away, "runs");
  const unknown = await muster(away, "dance");
  const silent = await muster(away, "run");
  assertMatch(unreachable.stderr, /^No server answers at .+deno task start/);
  assertEquals([unreachable.code, unknown.code, silent.code], [3, 2, 2]);
});
