import { assertEquals } from "@std/assert";
import { decideGrant, isAtLeast, isUsable, leastRole, may } from "./policy.ts";
import { actionClass, type ApiKeyInput, type Role } from "./schema.ts";

const TABLE: readonly [Role, readonly [boolean, boolean, boolean, boolean, boolean]][] = [
  //          read  coordinate  work  override  administer
  ["viewer", [true, false, false, false, false]],
  ["agent", [true, true, false, false, false]],
  ["member", [true, true, true, false, false]],
  ["operator", [true, true, true, true, false]],
  ["admin", [true, true, true, true, true]],
  ["owner", [true, true, true, true, true]],
];

for (const [role, rights] of TABLE) {
  actionClass.options.forEach((action, i) => {
    Deno.test(`may() ${rights[i] ? "lets" : "does not let"} ${role} ${action}`, () => {
      assertEquals(may(role, action), rights[i]);
    });
  });
}

Deno.test("leastRole() names the first role that may", () => {
  assertEquals(actionClass.options.map(leastRole), [
    "viewer",
    "agent",
    "member",
    "operator",
    "admin",
  ]);
});

Deno.test("isAtLeast() orders the roles viewer < agent < member < operator < admin < owner", () => {
  const roles = TABLE.map(([role]) => role);
  for (const [i, high] of roles.entries()) {
    for (const [j, low] of roles.entries()) {
      assertEquals(isAtLeast(high, low), i >= j, `${high}, ${low}`);
    }
  }
});

const NOW = Date.parse("2030-01-01T00:00:00Z");
const LATER = "2030-01-02T00:00:00Z";
const input = (fields: Partial<ApiKeyInput>): ApiKeyInput => ({
  name: "ci",
  role: "member",
  ...fields,
});

const GRANTS: readonly [string, Role, Partial<ApiKeyInput>, string][] = [
  ["a role below one's own", "admin", { role: "operator" }, "allow"],
  ["one's own role", "admin", { role: "admin" }, "allow"],
  ["a role above one's own", "admin", { role: "owner" }, "forbidden role"],
  ["an agent key with its agent", "admin", { role: "agent", agentId: "phoenix" }, "allow"],
  ["an agent key without one", "admin", { role: "agent" }, "invalid_input agentId"],
  ["a member bound to an agent", "owner", { agentId: "phoenix" }, "allow"],
  ["an expiry later than now", "owner", { expiresAt: LATER }, "allow"],
  [
    "an expiry that is now",
    "owner",
    { expiresAt: "2030-01-01T00:00:00Z" },
    "invalid_input expiresAt",
  ],
];

for (const [what, giver, fields, expected] of GRANTS) {
  Deno.test(`decideGrant() answers ${expected} for ${what}`, () => {
    const decision = decideGrant(giver, input(fields), NOW);
    const said = decision.kind === "allow" ? "allow" : `${decision.code} ${decision.field}`;
    assertEquals(said, expected);
  });
}

Deno.test("isUsable() ends with the expiry's millisecond and with revoking", () => {
  assertEquals(isUsable({}, NOW), true);
  assertEquals(isUsable({ expiresAt: LATER }, Date.parse(LATER) - 1), true);
  assertEquals(isUsable({ expiresAt: LATER }, Date.parse(LATER)), false);
  assertEquals(isUsable({ revokedAt: LATER }, NOW), false);
});
