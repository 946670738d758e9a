/** Code: the structure of given code, or a skeleton with the request's own words for what is to be written. */
import { findComputations } from "../reading/arithmetic.ts";
import { joinBlocks, labelLine, mdList, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";
import { requestParts, topicOf } from "../reading/options.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import { isStopWord, type Language } from "../reading/stop_words.ts";
import { isOrder, keyTerms } from "../reading/terms.ts";
import { capitalise, uniqueBy, words } from "../reading/text.ts";
import { doneWhen } from "./outline.ts";

export function codeText(material: Material, focus: string): string {
  const fence = focus.match(/```([\w+-]*)\n([\s\S]*?)(?:```|$)/) ??
    material.context.match(/```([\w+-]*)\n([\s\S]*?)(?:```|$)/);
  return fence ? readCode(material, fence[2]!, fence[1]!) : skeleton(material, focus);
}

const DECLARATION =
  /(?:\b(?:async\s+)?function\*?\s+([\w$]+)\s*\(([^)]*)\)|\bdef\s+(\w+)\s*\(([^)]*)\)|\bfn\s+(\w+)[^(]*\(([^)]*)\)|\bfunc\s+(?:\([^)]*\)\s*)?(\w+)\s*\(([^)]*)\)|\b(?:const|let)\s+([\w$]+)\s*=\s*(?:async\s*)?\(([^)]*)\)\s*(?::[^=]+)?=>|\b(?:class|interface|struct|enum|trait)\s+(\w+))/g;

function readCode(material: Material, code: string, tag: string): string {
  const phrases = phrasesOf(material.language);
  const lines = code.split("\n");
  const declared = [...code.matchAll(DECLARATION)].map((match) => {
    const parts = match.slice(1).filter((part) => part !== undefined);
    const line = code.slice(0, match.index).split("\n").length;
    return { name: parts[0] ?? "", parameters: (parts[1] ?? "").replace(/\s+/g, " ").trim(), line };
  });
  const tally = (pattern: RegExp) => code.match(pattern)?.length ?? 0;
  const calls = uniqueBy(
    [...code.matchAll(/(?<!function |def |fn |func |class )\b([\w$.]+)\s*\(/g)].map((match) =>
      match[1]!
    ),
    (name) => name,
  )
    .filter((name) =>
      !/^(?:if|for|while|switch|catch|return|function|def)$/.test(name) &&
      !declared.some((d) => d.name === name)
    );
  return joinBlocks(
    `## ${phrases.structure}${tag ? ` (${tag})` : ""}`,
    declared.length
      ? mdTable(
        ["", "( )", "#"],
        declared.map((
          d,
        ) => [`\`${d.name}\``, d.parameters ? `\`${d.parameters}\`` : "", String(d.line)]),
      )
      : "",
    mdTable(["", phrases.value], [
      ["lines", String(lines.filter((line) => line.trim()).length)],
      ["if / switch / match", String(tally(/\b(?:if|elif|switch|match|case)\b/g))],
      ["for / while", String(tally(/\b(?:for|while|loop)\b|\.(?:map|forEach|filter|reduce)\(/g))],
      ["return", String(tally(/\breturn\b/g))],
      ["try / catch", String(tally(/\b(?:try|catch|except|rescue)\b/g))],
    ]),
    calls.length ? labelLine("→", calls.slice(0, 10).map((name) => `\`${name}\``).join(", ")) : "",
    mdList(remarks(code, lines).map((remark) => `${phrases.toSettle}: ${remark}`)),
  );
}

/** Oddities that can be seen without running it; each names its line. */
function remarks(code: string, lines: readonly string[]): string[] {
  const out: string[] = [];
  for (const [open, close] of [["(", ")"], ["[", "]"], ["{", "}"]] as const) {
    const plain = code.replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, "");
    const difference = plain.split(open).length - plain.split(close).length;
    if (difference !== 0) {
      out.push(
        `\`${open}\` × ${plain.split(open).length - 1}, \`${close}\` × ${
          plain.split(close).length - 1
        }`,
      );
    }
  }
  lines.forEach((line, i) => {
    if (/[^=!<>]==[^=]|!=[^=]/.test(line) && /[;{]\s*$|\bvar\b|\bconst\b|\blet\b/.test(line)) {
      out.push(`#${i + 1}: \`${line.trim()}\` (\`==\` / \`===\`)`);
    }
    if (/\bvar\s/.test(line)) out.push(`#${i + 1}: \`${line.trim()}\` (\`var\`)`);
    if (/\/\s*(?!0*[1-9])\w+/.test(line) && !/\/\/|\/\*|https?:/.test(line)) {
      out.push(`#${i + 1}: \`${line.trim()}\` (÷ 0?)`);
    }
    if (/<=\s*[\w.]+\.(?:length|size)\b|range\(\s*len\([^)]*\)\s*\+\s*1/.test(line)) {
      out.push(`#${i + 1}: \`${line.trim()}\` (± 1?)`);
    }
    if (/\b(?:TODO|FIXME|XXX)\b/.test(line)) out.push(`#${i + 1}: \`${line.trim()}\``);
  });
  return out.slice(0, 8);
}

type CodeLanguage = "typescript" | "javascript" | "python" | "rust" | "go" | "sql";

const LANGUAGE_SIGNS: readonly (readonly [CodeLanguage, RegExp])[] = [
  ["python", /python|\bpy\b|pandas|django/i],
  ["rust", /\brust\b|cargo/i],
  ["go", /\bgolang\b|\bgo (?:function|program)/i],
  ["sql", /\bsql\b|\bquery the (?:table|database)/i],
  ["javascript", /javascript|\bjs\b|node\.?js/i],
  ["typescript", /./],
];

function skeleton(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const kind = LANGUAGE_SIGNS.find(([, sign]) => sign.test(focus))![0];
  const steps = requestParts(focus, language);
  const terms = keyTerms(focus, language, 4).filter((term) =>
    !LANGUAGE_SIGNS.slice(0, -1).some(([, sign]) => sign.test(term)) && !/typescript/i.test(term)
  );
  const name = functionName(focus, language);
  const parameters = uniqueBy(terms.map((term) => camel(words(term).slice(-1))), (p) => p).filter((
    p,
  ) => p && p !== name).slice(0, 2);
  return joinBlocks(
    `## ${phrases.draftOf}: ${topicOf(focus, language)}`,
    "```" + kind + "\n" + render(kind, name, parameters.length ? parameters : ["input"], steps) +
      "\n```",
    labelLine(phrases.doneWhen, doneWhen(material).join("; ")),
    findComputations(focus).map((c) => `${c.expression} = ${c.value}`).join("\n"),
    mdList([
      fillIn(phrases.settle, [...parameters, "types", "errors"].map((p) => `\`${p}\``).join(", ")),
    ]),
  );
}

/** `a function that merges two sorted arrays` → `mergesTwoSorted`… without grammar words: `mergeSortedArrays`. */
function functionName(text: string, language: Language): string {
  const quoted = text.match(/`([A-Za-z_]\w*)`|\b([a-z]+(?:[A-Z]\w*)+|[a-z]+_[a-z_]+)\b/);
  if (quoted) return quoted[1] ?? quoted[2]!;
  const after =
    text.match(/\b(?:that|which|to|die|der|um|qui|que|che|pour|para|per)\s+([\s\S]+)/iu)?.[1] ??
      text;
  const chosen = words(after).filter((word) =>
    /^[a-z]+$/i.test(word) && !isStopWord(word.toLowerCase(), language) && !isOrder(word)
  ).slice(0, 3);
  if (chosen[0]) chosen[0] = chosen[0].replace(/(?<=[^s])es$/, "e").replace(/([^se])s$/, "$1");
  return camel(chosen) || "solve";
}

function camel(parts: readonly string[]): string {
  return parts.map((part) => part.normalize("NFD").replace(/[^A-Za-z0-9]/g, "")).filter(Boolean)
    .map((part, i) => i === 0 ? part.toLowerCase() : capitalise(part.toLowerCase())).join("")
    .replace(/^\d+/, "");
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function render(
  kind: CodeLanguage,
  name: string,
  parameters: readonly string[],
  steps: readonly string[],
): string {
  const notes = (mark: string) => steps.map((step) => `${mark} ${step}`);
  const missing = `${name}: not written yet`;
  switch (kind) {
    case "python":
      return [
        `def ${snake(name)}(${parameters.map(snake).join(", ")}):`,
        ...notes("    #"),
        `    raise NotImplementedError("${snake(missing)}")`,
      ].join("\n");
    case "rust":
      return [
        `fn ${snake(name)}(${parameters.map((p) => `${snake(p)}: &str`).join(", ")}) -> String {`,
        ...notes("    //"),
        `    unimplemented!("${snake(missing)}")`,
        "}",
      ].join("\n");
    case "go":
      return [
        `func ${name}(${parameters.map((p) => `${p} string`).join(", ")}) (string, error) {`,
        ...notes("\t//"),
        `\treturn "", errors.New("${missing}")`,
        "}",
      ].join("\n");
    case "sql":
      return [
        ...notes("--"),
        `SELECT ${parameters.map(snake).join(", ")}`,
        `FROM ${snake(parameters[0]!)}`,
        ";",
      ].join("\n");
    case "javascript":
      return [
        `function ${name}(${parameters.join(", ")}) {`,
        ...notes("  //"),
        `  throw new Error("${missing}");`,
        "}",
      ].join("\n");
    case "typescript":
      return [
        `function ${name}(${parameters.map((p) => `${p}: unknown`).join(", ")}): unknown {`,
        ...notes("  //"),
        `  throw new Error("${missing}");`,
        "}",
      ].join("\n");
  }
}
