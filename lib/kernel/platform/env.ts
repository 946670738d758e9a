/** The one place that reads the process environment. */

/** Reads `NAME=value` lines: comments, `export`, single and double quotes (`\n` in double ones). */
export function parseDotEnv(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const raw of text.split(/\r?\n/)) {
    const match = raw.match(/^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/);
    if (match) found[match[1]!] = unquote(match[2]!);
  }
  return found;
}

function unquote(value: string): string {
  const quoted = value.match(/^(["'])(.*?)\1\s*(?:#.*)?$/);
  if (!quoted) return value.replace(/(^|\s+)#.*$/, "").trim();
  return quoted[1] === '"' ? quoted[2]!.replaceAll("\\n", "\n") : quoted[2]!;
}

/**
 * The environment with `.env` of the working directory beneath it: a variable that is really set wins.
 * `DENO_KV_ACCESS_TOKEN` is handed to the runtime, which reads it by itself when a remote store opens.
 */
export function readEnvironment(dotEnvPath = ".env"): Record<string, string> {
  const real = Deno.env.toObject();
  let text = "";
  try {
    text = Deno.readTextFileSync(dotEnvPath);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const merged = { ...parseDotEnv(text), ...real };
  const token = merged.DENO_KV_ACCESS_TOKEN;
  if (token && !real.DENO_KV_ACCESS_TOKEN) Deno.env.set("DENO_KV_ACCESS_TOKEN", token);
  return merged;
}

/** Requests to plain-HTTP hosts go through a proxy, which only the runtime's own client knows. */
export function hasProxy(): boolean {
  return ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].some((name) => Deno.env.get(name));
}
