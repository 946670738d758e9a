import { assert, assertEquals } from "@std/assert";
import { ManualClock } from "../kernel/core/clock.ts";
import { createSecrets, randomBytes } from "../kernel/platform/crypto.ts";
import { createSignIn, SESSION_SECONDS } from "./sign_in.ts";

function setup(adminKey: string | undefined = "admin-key") {
  const clock = new ManualClock();
  const secrets = createSecrets({ masterKey: randomBytes(32) });
  return { clock, secrets, signIn: createSignIn({ adminKey, secrets, clock }) };
}

Deno.test("isAdminKey() accepts the key alone", async () => {
  const { signIn } = setup();
  assert(await signIn.isAdminKey("admin-key"));
  assert(!await signIn.isAdminKey("admin-keyy"));
  assert(!await signIn.isAdminKey(""));
});

Deno.test("isAdminKey() accepts nothing when there is no key", async () => {
  const signIn = createSignIn({ ...setup(), adminKey: undefined });
  assert(!await signIn.isAdminKey(""));
  assert(!await signIn.isAdminKey("undefined"));
});

Deno.test("isSession() accepts what openSession() gave until its time is over", async () => {
  const { signIn, clock } = setup();
  const cookie = await signIn.openSession();
  assert(await signIn.isSession(cookie));
  clock.advance(SESSION_SECONDS * 1000);
  assert(!await signIn.isSession(cookie));
});

Deno.test("isSession() refuses a later expiry, another signature and nonsense", async () => {
  const { signIn } = setup();
  const cookie = await signIn.openSession();
  const later = cookie.replace(/^\d+/, (s) => String(Number(s) + 1));
  const other = await setup().signIn.openSession();
  for (const value of [later, other, "", "a.b.c", `${cookie}x`]) {
    assert(!await signIn.isSession(value), value);
  }
});

Deno.test("isSession() refuses every session after the admin key was changed", async () => {
  const { signIn, secrets, clock } = setup();
  const cookie = await signIn.openSession();
  const changed = createSignIn({ adminKey: "another", secrets, clock });
  assert(!await changed.isSession(cookie));
});

Deno.test("waitMs() makes an address wait after twenty failures in a minute, and only it", () => {
  const { signIn, clock } = setup();
  for (let i = 0; i < 19; i++) signIn.noteFailure("1.2.3.4");
  assertEquals(signIn.waitMs("1.2.3.4"), 0);
  signIn.noteFailure("1.2.3.4");
  assertEquals([signIn.waitMs("1.2.3.4"), signIn.waitMs("5.6.7.8")], [60_000, 0]);
  clock.advance(60_000);
  assertEquals(signIn.waitMs("1.2.3.4"), 0);
});
