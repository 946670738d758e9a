/**
 * Writes what of the client is made from the routes: lib/client/api.d.ts (types of every path, from the
 * OpenAPI document) and static/client.d.ts (all declarations of the client in one file, which the server
 * hands out beside /client.js). Both are kept in the repository; a test fails when they are stale.
 */
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { createApp } from "../lib/app.ts";
import { readConfig } from "../lib/kernel/platform/config.ts";
import { silentLogger } from "../lib/kernel/platform/log.ts";
import { createRoutes } from "../routes/mod.ts";
import { bundleDeclarations } from "./build/declarations.ts";

const root = new URL("../", import.meta.url);
export const API_TYPES = new URL("lib/client/api.d.ts", root);
export const DECLARATIONS = new URL("static/client.d.ts", root);

export const GENERATED = "// Generated from the routes by `deno task client`; do not edit.\n";

/** The document of the routes as they are now, without a server. */
export async function readDocument(): Promise<OpenAPI3> {
  const config = readConfig({ MUSTER_KV: ":memory:", MUSTER_DEFAULT_MODEL: "muster/offline" });
  const app = await createApp(config, { log: silentLogger });
  try {
    const http = createRoutes(app);
    const answer = await http.request("/openapi.json", { headers: { host: "localhost" } });
    if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
    return await answer.json() as OpenAPI3;
  } finally {
    await app.drain(1_000);
  }
}

export async function apiTypes(): Promise<string> {
  const document = await readDocument();
  const ast = await openapiTS({
    ...document,
    paths: Object.fromEntries(
      Object.entries(document.paths ?? {}).filter(([path]) => path.startsWith("/api/")).map(
        ([path, item]) => [path, goodAnswersOnly(item as Record<string, Described>)],
      ),
    ) as OpenAPI3["paths"],
  });
  return GENERATED + withoutAbsent(astToString(ast));
}

interface Described {
  readonly parameters?: readonly { readonly in?: string; readonly $ref?: string }[];
  readonly responses?: Readonly<Record<string, unknown>>;
}

/** What is refused is a MusterError, the same for every path: its types would be half of the file. */
function goodAnswersOnly(item: Readonly<Record<string, Described>>): Record<string, Described> {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => [method, {
      ...operation,
      // Headers are options of every call.
      parameters: operation.parameters?.filter((one) =>
        one.in !== undefined && one.in !== "header"
      ),
      responses: Object.fromEntries(
        Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2")),
      ),
    }]),
  );
}

/** Methods a path does not have, headers nobody described. */
function withoutAbsent(text: string): string {
  return text
    .replace(/^ {8}(?:get|put|post|delete|options|head|patch|trace)\?: never;\n/gm, "")
    .replace(/^ {8}parameters: \{\n(?: {12}\w+\?: never;\n)+ {8}\};\n/gm, "")
    .replace(/^ +headers: \{\n +\[name: string\]: unknown;\n +\};\n/gm, "");
}

if (import.meta.main) {
  await Deno.writeTextFile(API_TYPES, await apiTypes());
  await Deno.writeTextFile(DECLARATIONS, GENERATED + await bundleDeclarations(root));
  console.log("Wrote lib/client/api.d.ts and static/client.d.ts");
}
