/** The client as one file for programs: lib/client by `deno bundle`, readable, with its types named. */
import { folderUrl, pathOf } from "./files.ts";

/** Deno and editors find the declarations by it. */
const BANNER = '// @ts-self-types="./client.d.ts"\n';

export async function bundleClient(root: URL, files: Map<string, Uint8Array>): Promise<void> {
  const work = folderUrl(await Deno.makeTempDir({ prefix: "muster-client-" }));
  const out = new URL("client.js", work);
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--no-config",
        "--platform",
        "browser",
        "--output",
        pathOf(out),
        pathOf(new URL("lib/client/mod.ts", root)),
      ],
      stdout: "null",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const text = await Deno.readTextFile(out);
    files.set("client.js", new TextEncoder().encode(BANNER + text));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
