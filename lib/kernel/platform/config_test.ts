import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../core/errors.ts";
import { configSecrets, isLoopbackHost, readConfig } from "./config.ts";

Deno.test("readConfig() has a default for everything", () => {
  const config = readConfig({});
  assertEquals(
    [config.host, config.port, config.kv, config.access, config.workers, config.logLevel],
    ["127.0.0.1", 8000, "./data/muster.kv", "open", 16, "info"],
  );
});

const WRONG: readonly [string, Record<string, string>, string][] = [
  ["an unknown MUSTER_ name", { MUSTER_ADMINKEY: "x" }, "MUSTER_ADMINKEY"],
  ["a port that is no number", { PORT: "80a" }, "PORT"],
  ["a port out of range", { PORT: "70000" }, "PORT"],
  ["no workers at all", { MUSTER_WORKERS: "0" }, "MUSTER_WORKERS"],
  ["an unknown log level", { LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  ["a base URL without a scheme", { OPENAI_BASE_URL: "localhost:1" }, "OPENAI_BASE_URL"],
  ["a base URL with a password", { GROQ_BASE_URL: "http://a:b@c" }, "GROQ_BASE_URL"],
  ["a short master key", { MUSTER_MASTER_KEY: "c2hvcnQ=" }, "MUSTER_MASTER_KEY"],
  ["an unknown mode", { ORCHESTRATION_MODE: "chaos" }, "ORCHESTRATION_MODE"],
  ["a store of another protocol", { MUSTER_KV: "redis://x" }, "MUSTER_KV"],
  ["a host with a path", { HOST: "a/b" }, "HOST"],
  ["an admin key with a space", { MUSTER_ADMIN_KEY: "a b" }, "MUSTER_ADMIN_KEY"],
];

for (const [what, env, name] of WRONG) {
  Deno.test(`readConfig() refuses ${what} and names it`, () => {
    const error = assertThrows(() => readConfig(env), AppError);
    assertEquals(error.fields?.map((f) => f.path), [name]);
  });
}

Deno.test("readConfig() names every wrong value at once", () => {
  const error = assertThrows(
    () => readConfig({ PORT: "x", MUSTER_B: "1", MUSTER_A: "1" }),
    AppError,
  );
  assertEquals(error.fields?.map((f) => f.path), ["MUSTER_A", "MUSTER_B", "PORT"]);
});

Deno.test("readConfig() never quotes a secret that does not parse", () => {
  const env = { MUSTER_MASTER_KEY: "hunter2hunter2", MUSTER_ADMIN_KEY: "pass word" };
  const error = assertThrows(() => readConfig(env), AppError);
  assert(!/hunter2|pass word/.test(error.message));
});

Deno.test("readConfig() treats an empty value as unset and ignores other names", () => {
  const config = readConfig({ MUSTER_ADMIN_KEY: "", PATH: "/bin", OPENAI_BASE_URL: " " });
  assertEquals([config.access, config.providers.openai.baseUrl], ["open", undefined]);
});

const ACCESS: readonly [string, Record<string, string>, string][] = [
  ["loopback without a key", {}, "open"],
  ["localhost without a key", { HOST: "localhost" }, "open"],
  ["IPv6 loopback without a key", { HOST: "[::1]" }, "open"],
  ["loopback with a key", { MUSTER_ADMIN_KEY: "k" }, "closed"],
  ["any address without a key", { HOST: "0.0.0.0" }, "locked"],
  ["any address with a key", { HOST: "0.0.0.0", MUSTER_ADMIN_KEY: "k" }, "closed"],
  ["Deno Deploy without a key", { DENO_DEPLOY: "true", HOST: "127.0.0.1" }, "locked"],
];

for (const [what, env, access] of ACCESS) {
  Deno.test(`readConfig() makes ${what} ${access}`, () => {
    assertEquals(readConfig(env).access, access);
  });
}

Deno.test("readConfig() leaves the store to Deno Deploy unless one is named", () => {
  const env = { DENO_DEPLOY: "true", DENO_TIMELINE: "production" };
  assertEquals([readConfig(env).kv, readConfig(env).deploy?.timeline], [undefined, "production"]);
  assertEquals(readConfig({ ...env, MUSTER_KV: "https://kv.example" }).kv, "https://kv.example");
});

Deno.test("configSecrets() lists what the log must leave out", () => {
  const env = { MUSTER_ADMIN_KEY: "admin", OPENAI_API_KEY: "sk-1", DENO_KV_ACCESS_TOKEN: "t" };
  assertEquals(configSecrets(readConfig(env)), ["admin", "t", "sk-1"]);
});

Deno.test("isLoopbackHost() knows names and addresses", () => {
  const yes = ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"];
  const no = ["example.com", "localhost.evil.com", "0.0.0.0", "128.0.0.1", "127.0.0.1.nip.io", ""];
  assertEquals([...yes, ...no].map(isLoopbackHost), [
    ...yes.map(() => true),
    ...no.map(() => false),
  ]);
});
