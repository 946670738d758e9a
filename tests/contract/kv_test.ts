import { type Backend, CONTRACT } from "./kv_contract.ts";
import { startDenoKv } from "../harness/denokv.ts";

const memory: Backend = {
  name: ":memory:",
  kind: "memory",
  path: () => Promise.resolve(":memory:"),
};

for (const { name, run } of CONTRACT) {
  Deno.test(`store in memory: ${name}`, () => run(memory));

  Deno.test(`store in a file: ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "muster-contract-" });
    await run({ name: "file", kind: "file", path: () => Promise.resolve(`${folder}/kv.sqlite`) });
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("store on a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) {
    console.log("denokv not built");
    return;
  }
  const shared: Backend = {
    name: "denokv",
    kind: "shared",
    path: () => Promise.resolve(server.url),
  };
  for (const { name, run } of CONTRACT) await t.step(name, () => run(shared));
});
