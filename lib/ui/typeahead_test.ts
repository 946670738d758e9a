import { assertEquals } from "@std/assert";
import { createTypeahead } from "./typeahead.ts";

const labels = ["Pause", "Retry step", "Rewind", "Cancel run"];
const key = (text: string, timeStamp: number) => ({
  key: text,
  timeStamp,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
});

Deno.test("createTypeahead() narrows with each letter", () => {
  const type = createTypeahead();
  assertEquals(type(key("r", 1_000), labels, 0), 1);
  assertEquals(type(key("e", 1_100), labels, 1), 1);
  assertEquals(type(key("w", 1_200), labels, 1), 2);
});

Deno.test("createTypeahead() walks on with the same letter and begins again after a pause", () => {
  const type = createTypeahead();
  assertEquals(type(key("r", 1_000), labels, 0), 1);
  assertEquals(type(key("r", 1_100), labels, 1), 2);
  assertEquals(type(key("c", 2_000), labels, 2), 3);
});

Deno.test("createTypeahead() leaves shortcuts and a first space alone", () => {
  const type = createTypeahead();
  assertEquals(type({ ...key("r", 1_000), ctrlKey: true }, labels, 0), null);
  assertEquals(type(key(" ", 1_000), labels, 0), null);
  assertEquals(type(key("ArrowDown", 1_000), labels, 0), null);
});
