import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { AppError } from "../core/errors.ts";
import {
  createSecrets,
  decodeKey,
  equalSecret,
  fromBase64Url,
  loadMasterKey,
  randomBytes,
  sign,
  toBase64Url,
  verify,
} from "./crypto.ts";

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, AppError)).code;
}

Deno.test("Secrets.open() gives back what seal() took, under the same context only", async () => {
  const secrets = createSecrets({ masterKey: randomBytes(32) });
  const sealed = await secrets.seal("sk-secret", "default/openai");
  assert(!sealed.includes("secret"));
  assertEquals(await secrets.open(sealed, "default/openai"), "sk-secret");
  assertEquals(await codeOf(secrets.open(sealed, "other/openai")), "keystore_locked");
});

Deno.test("Secrets.seal() never gives the same text twice", async () => {
  const secrets = createSecrets({ masterKey: randomBytes(32) });
  assertNotEquals(await secrets.seal("a", "c"), await secrets.seal("a", "c"));
});

Deno.test("Secrets.open() refuses another master key, a changed text and nonsense", async () => {
  const sealed = await createSecrets({ masterKey: randomBytes(32) }).seal("a", "c");
  const other = createSecrets({ masterKey: randomBytes(32) });
  for (
    const text of [
      sealed,
      sealed.replace(/.$/, (c) => c === "A" ? "B" : "A"),
      "v1.x",
      "v2.a.b",
    ]
  ) {
    assertEquals(await codeOf(other.open(text, "c")), "keystore_locked");
  }
});

Deno.test("Secrets.seal() is keystore_locked without a master key", async () => {
  const secrets = createSecrets({ adminKey: "admin" });
  assertEquals(secrets.canSeal, false);
  assertEquals(await codeOf(secrets.seal("a", "c")), "keystore_locked");
});

Deno.test("Secrets.derive() differs by label and repeats for one root", async () => {
  const masterKey = randomBytes(32);
  const [a, b] = [createSecrets({ masterKey }), createSecrets({ masterKey, adminKey: "ignored" })];
  assertEquals(await a.derive("cookie"), await b.derive("cookie"));
  assertNotEquals(await a.derive("cookie"), await a.derive("drain"));
});

Deno.test("loadMasterKey() makes a file only its owner can read, and reads it again", async () => {
  const folder = await Deno.makeTempDir();
  const first = await loadMasterKey(undefined, `${folder}/m.kv`);
  const info = await Deno.stat(`${folder}/m.kv.key`);
  const second = await loadMasterKey(undefined, `${folder}/m.kv`);
  await Deno.remove(folder, { recursive: true });
  assertEquals(first?.length, 32);
  assertEquals(info.mode! & 0o777, 0o600);
  assertEquals(second, first);
});

Deno.test("loadMasterKey() refuses a key file that is not a key", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/m.kv.key`, "half");
  const code = await codeOf(loadMasterKey(undefined, `${folder}/m.kv`));
  await Deno.remove(folder, { recursive: true });
  assertEquals(code, "unavailable");
});

Deno.test("loadMasterKey() has none for a remote store and another for every memory store", async () => {
  assertEquals(await loadMasterKey(undefined, "https://kv.example"), undefined);
  assertEquals(await loadMasterKey(undefined, undefined), undefined);
  const [a, b] = [
    await loadMasterKey(undefined, ":memory:"),
    await loadMasterKey(undefined, ":memory:"),
  ];
  assertNotEquals(a, b);
});

Deno.test("decodeKey() takes base64, base64url and hex", () => {
  const key = randomBytes(32);
  const hex = [...key].map((b) => b.toString(16).padStart(2, "0")).join("");
  const base64 = btoa(String.fromCharCode(...key));
  assertEquals([hex, base64, toBase64Url(key)].map(decodeKey), [key, key, key]);
});

Deno.test("verify() accepts its own signature and no other", async () => {
  const [secret, other] = [randomBytes(32), randomBytes(32)];
  const signature = await sign(secret, "text");
  assert(await verify(secret, "text", signature));
  assert(!await verify(other, "text", signature));
  assert(!await verify(secret, "texT", signature));
  assert(!await verify(secret, "text", "not base64 §"));
});

Deno.test("equalSecret() compares whole texts", async () => {
  assert(await equalSecret("abc", "abc"));
  assert(!await equalSecret("abc", "abcd"));
  assert(!await equalSecret("abc", ""));
});

Deno.test("fromBase64Url() undoes toBase64Url()", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assertEquals(fromBase64Url(toBase64Url(bytes)), bytes);
});
