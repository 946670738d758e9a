import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { localPath } from "../../routes/pages/sign_in.tsx";
import { type TestApp, testApp } from "../harness/test_app.ts";

const KEY = "a-long-enough-admin-key";
const CLOSED = { env: { MUSTER_ADMIN_KEY: KEY } };

function post(app: TestApp, path: string, fields: Record<string, string>, headers = {}) {
  return app.fetch(path, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(fields),
    headers: { origin: app.url, ...headers },
  });
}

async function signedIn(app: TestApp): Promise<string> {
  const response = await post(app, "/sign-in", { key: KEY });
  await response.body?.cancel();
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

Deno.test("a browser without a session is sent to the form and back", async () => {
  await using app = await testApp(CLOSED);
  const page = await app.fetch("/?a=1", { redirect: "manual", headers: { accept: "text/html" } });
  await page.body?.cancel();
  assertEquals([page.status, page.headers.get("location")], [303, "/sign-in?next=%2F%3Fa%3D1"]);
  const form = await app.fetch("/sign-in?next=%2F%3Fa%3D1");
  assertStringIncludes(await form.text(), 'value="/?a=1"');
});

Deno.test("signing in sets an HttpOnly, SameSite cookie and goes where it was asked", async () => {
  await using app = await testApp(CLOSED);
  const response = await post(app, "/sign-in", { key: KEY, next: "/docs" });
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("location")], [303, "/docs"]);
  assertMatch(response.headers.get("set-cookie") ?? "", /^muster_session=.+HttpOnly.+SameSite=Lax/);
});

Deno.test("signing in over TLS sets a Secure cookie that only this host can have set", async () => {
  await using app = await testApp(CLOSED);
  const headers = { "x-forwarded-proto": "https" };
  const response = await post(app, "/sign-in", { key: KEY }, headers);
  await response.body?.cancel();
  assertMatch(response.headers.get("set-cookie") ?? "", /^__Host-muster_session=.+Secure/);
});

Deno.test("a wrong key shows the form again, with the reason and no cookie", async () => {
  await using app = await testApp(CLOSED);
  const response = await post(app, "/sign-in", { key: "wrong" });
  assertEquals([response.status, response.headers.get("set-cookie")], [401, null]);
  assertStringIncludes(await response.text(), "not the admin key");
});

Deno.test("a session reads, and writes from our own page", async () => {
  await using app = await testApp(CLOSED);
  const cookie = await signedIn(app);
  const read = await app.fetch("/api/v1/runs", { headers: { cookie } });
  const write = await app.fetch("/api/v1/sessions", {
    method: "POST",
    headers: { cookie, origin: app.url, "content-type": "application/json" },
    body: "{}",
  });
  await Promise.all([read.body?.cancel(), write.body?.cancel()]);
  assertEquals([read.status, Math.floor(write.status / 100)], [200, 2]);
});

for (const [what, origin] of [["another site", "https://evil.example"], ["nobody", undefined]]) {
  Deno.test(`a session does not write when the request comes from ${what}`, async () => {
    await using app = await testApp(CLOSED);
    const headers = new Headers({
      cookie: await signedIn(app),
      "content-type": "application/json",
    });
    if (origin) headers.set("origin", origin);
    const response = await app.fetch("/api/v1/sessions", { method: "POST", headers, body: "{}" });
    assertEquals(response.status, 403);
    assertEquals((await response.json()).code, "forbidden");
  });
}

Deno.test("another site cannot sign a browser in", async () => {
  await using app = await testApp(CLOSED);
  const response = await post(app, "/sign-in", { key: KEY }, { origin: "https://evil.example" });
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("set-cookie")], [403, null]);
});

Deno.test("signing out takes the cookie back", async () => {
  await using app = await testApp(CLOSED);
  const response = await post(app, "/sign-out", {}, { cookie: await signedIn(app) });
  await response.body?.cancel();
  assertEquals(response.headers.get("location"), "/sign-in");
  assertMatch(response.headers.get("set-cookie") ?? "", /^muster_session=;.*Max-Age=0/);
});

Deno.test("the sign-in form is not needed in open mode", async () => {
  await using app = await testApp();
  const response = await app.fetch("/sign-in", { redirect: "manual" });
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("location")], [303, "/"]);
});

Deno.test("localPath() never leads to another site", () => {
  const outside = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "evil",
    "/a\\b",
    "/\t/e",
    7,
  ];
  assert(outside.every((next) => localPath(next) === "/"));
  assertEquals(localPath("/docs?x=1#y"), "/docs?x=1#y");
});
