/** An example as a program elsewhere would have it: plain JavaScript with the client from a server. */
import ts from "typescript";

export async function asModule(name: string, clientUrl: string): Promise<string> {
  const source = await Deno.readTextFile(new URL(name, import.meta.url));
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  return outputText.replace("../../lib/client/mod.ts", clientUrl);
}
