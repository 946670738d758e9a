/** A real denokv server on a port and file of its own, for tests that need a store several can share. */

export interface DenoKvServer extends AsyncDisposable {
  readonly url: string;
}

function binary(): string | null {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "";
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`;
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  const places = [
    Deno.env.get("DENOKV_BIN") ?? "",
    ...folders.map((folder) => `${folder}/denokv`),
    `${cache}/muster/denokv/bin/denokv`,
  ];
  return places.find((place) => place !== "" && isFile(place)) ?? null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const TOKEN = "muster-contract-test-token";

/** Null when there is no binary. Sets DENO_KV_ACCESS_TOKEN, which is how Deno is told it. */
export async function startDenoKv(): Promise<DenoKvServer | null> {
  const path = binary();
  if (!path) return null;
  const folder = await Deno.makeTempDir({ prefix: "muster-denokv-" });
  const port = freePort();
  const child = new Deno.Command(path, {
    args: [
      "--sqlite-path",
      `${folder}/kv.sqlite`,
      "serve",
      "--access-token",
      TOKEN,
      "--addr",
      `127.0.0.1:${port}`,
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  Deno.env.set("DENO_KV_ACCESS_TOKEN", TOKEN);
  await listening(child.stderr);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** It says so when it listens; after that its output is read on so that it never blocks. */
async function listening(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const ready = Promise.withResolvers<void>();
  const drain = async () => {
    let text = "";
    for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
      text = (text + part).slice(-4_000);
      if (text.includes("Listening on")) ready.resolve();
    }
    ready.reject(new Error(`denokv ended: ${text}`));
  };
  drain().catch(ready.reject);
  await ready.promise;
}
