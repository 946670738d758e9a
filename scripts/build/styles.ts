/** All of static/css as one file. */
import { digest, filesBelow } from "./files.ts";

/** Tokens and base first; the others in the order of their names, which cascade layers make harmless. */
export async function combineCss(root: URL, files: Map<string, Uint8Array>): Promise<string> {
  const first = ["static/css/tokens.css", "static/css/base.css"];
  const all = (await filesBelow(root, "static/css/")).filter((path) => path.endsWith(".css"));
  const ordered = [...first, ...all.filter((path) => !first.includes(path))];
  const texts = await Promise.all(ordered.map((path) => Deno.readTextFile(new URL(path, root))));
  const bytes = new TextEncoder().encode(minifyCss(texts.join("\n")));
  const name = `muster-${(await digest(bytes)).slice(0, 10)}.css`;
  files.set(name, bytes);
  return name;
}

const cssString = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/;
const cssCommentOrString = new RegExp(`/\\*[^]*?\\*/|${cssString.source}`, "g");

/** Takes out comments and the space that means nothing; strings stay as they are. */
export function minifyCss(css: string): string {
  return css
    .replace(cssCommentOrString, (found) => found.startsWith("/*") ? " " : found)
    .split(cssString)
    .map((part, index) =>
      index % 2 === 1 ? part : part
        .replace(/\s+/g, " ")
        .replace(/ ?([{};,]) ?/g, "$1")
        .replace(/;}/g, "}")
        .replace(/: /g, ":")
    )
    .join("")
    .trim();
}
