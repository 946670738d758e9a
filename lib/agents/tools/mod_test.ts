import { assertEquals } from "@std/assert";
import { usefulTools } from "./mod.ts";

const offered = (text: string) => usefulTools(text).map((tool) => tool.name);

Deno.test("usefulTools() offers only what the text calls for", () => {
  assertEquals(offered("Compare three ways to store a log"), []);
  assertEquals(offered("12*7?"), ["calculator"]);
  assertEquals(offered("What is 18% of 2,450?"), ["calculator"]);
  assertEquals(offered("Was kosten 3 Stühle zu je 49 Euro? Berechne es"), ["calculator"]);
  assertEquals(offered("Summarise https://example.com/post/1"), ["web_fetch"]);
  assertEquals(offered("Send the result to https://example.com/hook"), [
    "web_fetch",
    "http_request",
  ]);
});
