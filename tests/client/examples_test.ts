import { keyedApp } from "../harness/keyed_app.ts";
import { testApp } from "../harness/test_app.ts";
import { basicUse } from "./basic_use.ts";
import { assertBasic, assertRealtime } from "./outcomes.ts";
import { realtime } from "./realtime.ts";

Deno.test("basic_use runs on Deno against an open server", async () => {
  await using app = await testApp();
  assertBasic(await basicUse(app.url));
});

Deno.test("realtime runs on Deno against an open server", async () => {
  await using app = await testApp();
  assertRealtime(await realtime(app.url));
});

Deno.test("both run with a member's key against a closed server", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "member" });
  assertBasic(await basicUse(app.url, token));
  await using other = await keyedApp();
  const key = (await other.newKey({ role: "member" })).token;
  assertRealtime(await realtime(other.url, { key }));
});
