/**
 * The client's declarations as one file: each module's by TypeScript, without their imports of each
 * other, and one export of what mod.ts exports. Works because names are unique within lib/client (two
 * of one name stop the build) and no module renames what it imports.
 */
import ts from "typescript";

const ENTRY = "mod.ts";

export async function bundleDeclarations(root: URL): Promise<string> {
  const folder = new URL("lib/client/", root);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/^(?!.*_test\.ts$)[a-z_]+(?:\.d)?\.ts$/.test(name)) names.push(name);
  }
  const parts: string[] = [];
  const declared = new Map<string, string>();
  let exported: string[] = [];
  for (const name of names.sort()) {
    const text = await Deno.readTextFile(new URL(name, folder));
    const source = parse(name, name.endsWith(".d.ts") ? text : declarationsOf(name, text));
    if (name === ENTRY) exported = exportedNames(source);
    const kept = source.statements.filter((s) => !isLink(s));
    for (const one of kept.flatMap(namesOf)) {
      const other = declared.get(one);
      if (other) throw new Error(`"${one}" is declared in ${other} and ${name} of lib/client`);
      declared.set(one, name);
    }
    parts.push(...kept.map((statement) => bare(statement, source)));
  }
  const list = exported.sort().map((one) => `  ${one},`).join("\n");
  return `${parts.join("\n")}\nexport {\n${list}\n};\n`;
}

function declarationsOf(name: string, text: string): string {
  const { outputText, diagnostics } = ts.transpileDeclaration(text, {
    fileName: name,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, strict: true },
  });
  const problem = diagnostics?.[0];
  if (problem) {
    throw new Error(`${name}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`);
  }
  // Without a checker it says methods of a computed name twice, first as a property.
  return outputText.replace(/^\s+\[Symbol\.\w+\]: .*;\n/gm, "");
}

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
}

function isLink(statement: ts.Statement): boolean {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

/** `export { A, type B } from …` of mod.ts. */
function exportedNames(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return namesOf(statement);
    const clause = statement.exportClause;
    return clause && ts.isNamedExports(clause) ? clause.elements.map((e) => e.name.text) : [];
  });
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((d) => d.name.getText());
  }
  const { name } = statement as ts.Statement & { name?: ts.Identifier };
  return name ? [name.text] : [];
}

/** Its text with its comment and without `export`: the list at the end says what is public. */
function bare(statement: ts.Statement, source: ts.SourceFile): string {
  return statement.getFullText(source).trimStart().replace(
    /^((?:\/\*[\s\S]*?\*\/\s*|\/\/.*\n\s*)*)export (?:declare )?/,
    (_, comment: string) => `${comment}${isType(statement) ? "" : "declare "}`,
  );
}

const isType = (statement: ts.Statement) =>
  ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
