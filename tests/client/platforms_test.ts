/** The examples with the file a server hands out: on Node, and in a browser on a page of another origin. */
import { assertEquals, assertMatch } from "@std/assert";
import { launchBrowser, openPage } from "../harness/browser.ts";
import { keyedApp } from "../harness/keyed_app.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { asModule } from "./as_module.ts";
import type { BasicOutcome } from "./basic_use.ts";
import { assertBasic, assertRealtime } from "./outcomes.ts";
import type { RealtimeOutcome } from "./realtime.ts";

async function hasNode(): Promise<boolean> {
  try {
    return (await new Deno.Command("node", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

const ignore = !await hasNode();

/** Runs one expression of an example in a folder that holds it and the client, as downloaded. */
async function onNode<T>(app: TestApp, example: string, expression: string): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "muster-node-" });
  try {
    const client = await app.fetch("/client.js");
    await Deno.writeTextFile(`${folder}/client.mjs`, await client.text());
    await Deno.writeTextFile(`${folder}/example.mjs`, await asModule(example, "./client.mjs"));
    const program = `import * as example from "./example.mjs";
      console.log(JSON.stringify(await example.${expression}));`;
    await Deno.writeTextFile(`${folder}/main.mjs`, program);
    const { success, stdout, stderr } = await new Deno.Command("node", {
      args: ["--experimental-websocket", "main.mjs"],
      cwd: folder,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout)) as T;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "basic_use runs on Node with the downloaded client",
  ignore,
  async fn() {
    await using app = await testApp();
    const url = JSON.stringify(app.url);
    assertBasic(await onNode<BasicOutcome>(app, "basic_use.ts", `basicUse(${url})`));
  },
});

Deno.test({
  name: "realtime runs on Node with the downloaded client and a key",
  ignore,
  async fn() {
    await using app = await keyedApp();
    const { token } = await app.newKey({ role: "member" });
    const call = `realtime(${JSON.stringify(app.url)}, ${JSON.stringify({ key: token })})`;
    assertRealtime(await onNode<RealtimeOutcome>(app, "realtime.ts", call));
  },
});

/** A page of another origin with the examples beside it. */
function otherOrigin(app: TestApp) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const name = new URL(request.url).pathname.slice(1);
      if (name === "") {
        const headers = { "content-type": "text/html" };
        return new Response("<!doctype html><link rel=icon href=data:,><title>Elsewhere</title>", {
          headers,
        });
      }
      const headers = { "content-type": "text/javascript" };
      return new Response(await asModule(name.replace(".js", ".ts"), `${app.url}/client.js`), {
        headers,
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("basic_use runs in a browser, its client imported from an open server", async () => {
  await using app = await testApp();
  await using elsewhere = otherOrigin(app);
  const browser = await launchBrowser();
  try {
    await using tab = await openPage(browser);
    await tab.page.goto(elsewhere.url);
    const outcome = await tab.page.evaluate(async (url) => {
      const { basicUse } = await import(new URL("/basic_use.js", location.href).href);
      return await basicUse(url);
    }, app.url);
    assertBasic(outcome);
    // Refusals are answers; the browser notes them all the same.
    assertEquals(tab.errors.filter((error) => !/status of 409/.test(error)), []);
  } finally {
    await browser.close();
  }
});

Deno.test("realtime runs in a browser on another origin with a member's key", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "member" });
  await using elsewhere = otherOrigin(app);
  const browser = await launchBrowser();
  try {
    await using tab = await openPage(browser);
    await tab.page.goto(elsewhere.url);
    const outcome = await tab.page.evaluate(async ([url, key]) => {
      const { realtime } = await import(new URL("/realtime.js", location.href).href);
      return await realtime(url, { key });
    }, [app.url, token]);
    assertRealtime(outcome);
    assertEquals(tab.errors, []);
  } finally {
    await browser.close();
  }
});

Deno.test("/client.js is served to anybody, with its types and for modules of any origin", async () => {
  await using app = await keyedApp();
  const script = await app.fetch("/client.js");
  assertEquals([script.status, script.headers.get("content-type")], [
    200,
    "text/javascript; charset=utf-8",
  ]);
  assertEquals(script.headers.get("x-typescript-types"), "./client.d.ts");
  assertEquals(script.headers.get("access-control-allow-origin"), "*");
  assertEquals(script.headers.get("cross-origin-resource-policy"), "cross-origin");
  assertEquals(script.headers.get("cache-control"), "no-cache");
  assertMatch(await script.text(), /^\/\/ @ts-self-types="\.\/client\.d\.ts"\n/);
  const types = await app.fetch("/client.d.ts");
  assertEquals([types.status, types.headers.get("content-type")], [
    200,
    "application/typescript; charset=utf-8",
  ]);
  await types.body?.cancel();
  const again = await app.fetch("/client.js", {
    headers: { "if-none-match": script.headers.get("etag")! },
  });
  await again.body?.cancel();
  assertEquals(again.status, 304);
});

Deno.test("/client.js in open mode is for this machine's origins", async () => {
  await using app = await testApp();
  const foreign = await app.fetch("/client.js", { headers: { origin: "https://evil.example" } });
  await foreign.body?.cancel();
  const near = await app.fetch("/client.js", { headers: { origin: "http://localhost:3000" } });
  await near.body?.cancel();
  assertEquals(foreign.status, 403);
  assertEquals(near.headers.get("access-control-allow-origin"), "http://localhost:3000");
});
