import { assertEquals, assertRejects } from "@std/assert";
import { traceId, withSpan } from "./otel.ts";

Deno.test("withSpan() runs the work, passes its result and its failure on", async () => {
  assertEquals(
    await withSpan("chat", { a: 1 }, (span) => Promise.resolve(span.set({ b: 2 })).then(() => 7)),
    7,
  );
  await assertRejects(
    () => withSpan("chat", {}, () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(traceId(), undefined);
});
