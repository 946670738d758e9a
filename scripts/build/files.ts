/** Paths and digests for the build. */

/** Files below a folder of the project, by path from its root, in order. */
export async function filesBelow(root: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(new URL(folder, root))) {
      if (entry.isDirectory) found.push(...await filesBelow(root, `${folder}${entry.name}/`));
      else if (entry.isFile) found.push(folder + entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

export async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return hash.toHex();
}

export function folderUrl(path: string): URL {
  return new URL(`file://${Deno.build.os === "windows" ? "/" : ""}${path.replaceAll("\\", "/")}/`);
}

export function pathOf(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}
