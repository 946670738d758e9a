import { assertEquals } from "@std/assert";
import { coordinationSettings } from "./schema.ts";
import { settingsOf } from "./store.ts";
import { mergePatch } from "../../kernel/core/settings_patch.ts";

const defaults = coordinationSettings.parse({});

Deno.test("settingsOf() of nothing is every default", () => {
  assertEquals(settingsOf({}), defaults);
});

Deno.test("settingsOf() keeps a change beside the defaults of its area", () => {
  const settings = settingsOf({ claims: { staleAfterMs: 60_000 } });
  assertEquals(settings.claims, { ...defaults.claims, staleAfterMs: 60_000 });
});

Deno.test("settingsOf() leaves out what a newer version no longer knows or takes", () => {
  const changed = {
    claims: { staleAfterMs: -1, gone: 5, keepStaleMs: 60_000 },
    goneArea: { a: 1 },
    locks: "nothing",
  };
  assertEquals(settingsOf(changed), {
    ...defaults,
    claims: { ...defaults.claims, keepStaleMs: 60_000 },
  });
});

// RFC 7396, appendix A, as far as it concerns objects.
const PATCHES: readonly [string, string, string][] = [
  [`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`],
  [`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`],
  [`{"a":"b"}`, `{"a":null}`, `{}`],
  [`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`],
  [`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`],
  [`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`],
  [`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`],
  [`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`],
  [`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`],
  [`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`],
];

for (const [target, patch, expected] of PATCHES) {
  Deno.test(`mergePatch() of ${target} with ${patch} is ${expected}`, () => {
    assertEquals(JSON.stringify(mergePatch(JSON.parse(target), JSON.parse(patch))), expected);
  });
}

Deno.test("mergePatch() takes __proto__ as a name like any other", () => {
  const merged = mergePatch({}, JSON.parse(`{"__proto__":{"polluted":1}}`)) as object;
  assertEquals(Object.getPrototypeOf(merged), Object.prototype);
  assertEquals(Object.keys(merged), ["__proto__"]);
});
