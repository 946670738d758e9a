import { assertEquals } from "@std/assert";
import { agent, engineHarness, PERSON, said, WORKSPACE } from "../../../tests/harness/engine.ts";
import { signalKey } from "../keys.ts";

Deno.test("look() asks a store again that did not answer; the run stays", async () => {
  const called = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<string>();
  await using h = await engineHarness({
    agents: { solo: agent("solo", (ctx) => ctx.model(said("a")).then(({ text }) => text)) },
    model: () => (called.resolve(), reply.promise),
  });
  const id = await h.start("solo");
  await called.promise;
  const get = h.kv.get.bind(h.kv);
  let failed = 0;
  h.kv.get = (key) =>
    String(key) === String(signalKey(WORKSPACE, id)) && failed++ === 0
      ? Promise.reject(new TypeError("database is locked"))
      : get(key);
  await h.engine.injectMessage(WORKSPACE, id, { content: "hi" }, PERSON);
  reply.resolve("said");
  const { run } = await h.finished(id);
  const types = await h.types(id);
  assertEquals([run.output, types.includes("message.created"), failed > 1], ["said", true, true]);
});
