/** Decides which offered tools the request calls for, and with what arguments. */
import type { ModelRequest, ToolCall, ToolSpec } from "../../agents/model.ts";
import { canonicalJson, digestText, type JsonObject } from "../../kernel/core/json.ts";
import { findComputations } from "../reading/arithmetic.ts";
import { fillSchema } from "./fill.ts";
import { factValues, fromRow, plainName } from "./rows.ts";
import { baseTurn, type Material } from "./material.ts";
import { stem, words } from "../reading/text.ts";

const CALCULATOR = /\b(?:calc\w*|math\w*|arithmetic|evaluate (?:an? )?expression|compute)\b/;
const FETCHER = /\b(?:fetch|http|url|web ?page|browse|download|scrape|open page)\b/;

/** The calls that fit the request and have not been made since the last user message. */
export function wantedCalls(
  tools: readonly ToolSpec[],
  request: ModelRequest,
  material: Material,
): ToolCall[] {
  const made = request.messages.slice(baseTurn(request.messages)).flatMap((message) =>
    message.role === "assistant" ? message.toolCalls ?? [] : []
  );
  const done = new Set(made.map((call) => call.name));
  const calls: ToolCall[] = [];
  for (const tool of tools) {
    if (done.has(tool.name)) continue;
    for (const args of argumentsFor(tool, material)) {
      const text = canonicalJson(args);
      const id = `call_${
        digestText(`${tool.name}${text}${calls.length}`).replace(/[^A-Za-z0-9]/g, "").slice(0, 20)
      }`;
      calls.push({ id, name: tool.name, arguments: text });
    }
  }
  return calls;
}

function argumentsFor(tool: ToolSpec, material: Material): JsonObject[] {
  const about = `${plainName(tool.name)} ${tool.description.toLowerCase()}`;
  const text = material.task === material.request
    ? material.request
    : `${material.task}\n${material.request}`;
  const computations = findComputations(text);
  if (CALCULATOR.test(about)) {
    return computations.slice(0, 5).map(({ expression }) =>
      withText(
        tool,
        material,
        expression.replace(/([\d.]+) % of ([\d.]+)/g, "($1 / 100 * $2)").replace(/×/g, "*"),
      )
    );
  }
  const urls = factValues(text, "url");
  // What sends something is used only where the request says to send.
  if (propertiesOf(tool).method !== undefined) return sending(tool, text, urls, material);
  const takesUrl = Object.keys(propertiesOf(tool)).some((name) =>
    /\b(?:url|uri|link|href)\b/.test(plainName(name))
  );
  if (
    urls.length && !SENDS.test(text) &&
    (FETCHER.test(plainName(tool.name)) || (takesUrl && FETCHER.test(about)))
  ) {
    return urls.slice(0, 5).map((url) => withText(tool, material, url));
  }
  return called(tool, text) ? [filled(tool, material, {})] : [];
}

const SENDS = /\b(POST|PUT|PATCH|DELETE)\b/;

function sending(
  tool: ToolSpec,
  text: string,
  urls: readonly string[],
  material: Material,
): JsonObject[] {
  const method = text.match(SENDS)?.[1];
  if (urls.length === 0 || (!method && !called(tool, text))) return [];
  const body = text.match(/```[^\n]*\n([\s\S]*?)```/)?.[1]?.trim() ?? text.match(/\{[^{}]*\}/)?.[0];
  const takesBody = body !== undefined && propertiesOf(tool).body !== undefined;
  const own: JsonObject = {
    ...(method ? { method } : {}),
    url: urls[0]!,
    ...(takesBody ? { body } : {}),
  };
  return [filled(tool, material, own)];
}

/** The request names the tool: by its own name, or with every word of it. */
function called(tool: ToolSpec, text: string): boolean {
  if (text.toLowerCase().includes(tool.name.toLowerCase()) && tool.name.length > 3) return true;
  const wanted = words(plainName(tool.name)).map(stem);
  const have = new Set(words(text).map(stem));
  return wanted.length >= 2 && wanted.every((word) => have.has(word));
}

const propertiesOf = (tool: ToolSpec) => (tool.parameters.properties ?? {}) as JsonObject;

/** `text` in the first required text property, the rest from the request. */
function withText(tool: ToolSpec, material: Material, text: string): JsonObject {
  const properties = propertiesOf(tool);
  const required = Array.isArray(tool.parameters.required)
    ? tool.parameters.required.map(String)
    : [];
  const names = [...required, ...Object.keys(properties)];
  const target =
    names.find((name) => (properties[name] as JsonObject | undefined)?.type === "string") ??
      names[0];
  return filled(tool, material, target === undefined ? {} : { [target]: text });
}

/** Required arguments, and those optional ones the request has a labelled value for. */
function filled(tool: ToolSpec, material: Material, own: JsonObject): JsonObject {
  const made = fillSchema(tool.parameters, material) as JsonObject;
  const required = Array.isArray(tool.parameters.required)
    ? tool.parameters.required.map(String)
    : [];
  const out: JsonObject = {};
  for (const name of required) out[name] = made[name] ?? null;
  const given = material.rows.find((row) =>
    required.some((name) => fromRow(row, name) !== undefined)
  );
  for (const name of Object.keys(propertiesOf(tool))) {
    const value = given?.[name];
    if (value !== undefined) out[name] = value;
  }
  return { ...out, ...own };
}
