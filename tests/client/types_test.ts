/** The types a server hands out are those of its routes, and hold for programs that have nothing else. */
import { assertEquals } from "@std/assert";
import { bundleDeclarations } from "../../scripts/build/declarations.ts";
import { API_TYPES, apiTypes, DECLARATIONS, GENERATED } from "../../scripts/client.ts";

const root = new URL("../../", import.meta.url);
const HINT = "the routes or the client changed: run `deno task client`";

Deno.test("lib/client/api.d.ts is that of the routes", async () => {
  assertEquals(await Deno.readTextFile(API_TYPES) === await apiTypes(), true, HINT);
});

Deno.test("static/client.d.ts is that of lib/client", async () => {
  const now = GENERATED + await bundleDeclarations(root);
  assertEquals(await Deno.readTextFile(DECLARATIONS) === now, true, HINT);
});

/** What the compiler says of a program beside the files as downloaded. */
async function check(program: string): Promise<{ success: boolean; said: string }> {
  const folder = await Deno.makeTempDir({ prefix: "muster-types-" });
  try {
    await Deno.copyFile(DECLARATIONS, `${folder}/client.d.ts`);
    await Deno.writeTextFile(`${folder}/client.js`, '// @ts-self-types="./client.d.ts"\n');
    await Deno.writeTextFile(`${folder}/program.ts`, program);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-config", "program.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    return { success, said: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a program is typed by the downloaded file alone", async () => {
  const { success, said } = await check(`
    import { connect, isMusterError, type MusterEvent, type Schema } from "./client.js";
    const muster = connect({ url: "http://127.0.0.1:8000", agentId: "phoenix" });
    const { run } = await muster.get("/api/v1/runs/{id}", { path: { id: "run_1" } });
    const status: string = run.status;
    const made = await muster.post("/api/v1/tasks", { body: { title: "A task" } });
    const task: Schema<"Task"> = made.task;
    await using lock = await muster.locks.acquire("a.ts", { waitMs: 1_000 });
    const token: number = lock.token;
    for await (const event of muster.events({ types: ["task.*"] })) {
      const one: MusterEvent = event;
      console.log(one.type, status, task.title, token, isMusterError(one));
    }
    for await (const item of muster.all("/api/v1/runs", { query: { limit: 5 } })) item.intent;
  `);
  assertEquals([success, said], [true, ""]);
});

const WRONG: readonly (readonly [string, string])[] = [
  ["a path there is not", `muster.get("/api/v1/nothing");`],
  ["a method a path has not", `muster.put("/api/v1/runs");`],
  ["a missing path value", `muster.get("/api/v1/runs/{id}");`],
  ["a body of the wrong shape", `muster.post("/api/v1/tasks", { body: { title: 5 } });`],
  ["a missing body", `muster.post("/api/v1/tasks");`],
  ["a filter there is not", `muster.get("/api/v1/runs", { query: { color: 1 } });`],
  ["a member there is not", `(await muster.get("/api/v1/caller")).caller.colour;`],
];

Deno.test(`the types refuse ${WRONG.map(([what]) => what).join(", ")}`, async () => {
  const lines = WRONG.map(([what, line]) => `// @ts-expect-error -- ${what}\n${line}`);
  const { success, said } = await check(
    `import { connect } from "./client.js";\nconst muster = connect();\n${lines.join("\n")}\n`,
  );
  assertEquals([success, said], [true, ""]);
});
