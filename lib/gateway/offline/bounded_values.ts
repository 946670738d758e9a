/** Brings a wanted number or text inside what a schema allows; `variant` asks for another one. */
import { digestText, type JsonObject } from "../../kernel/core/json.ts";
import { sampleOf } from "./pattern.ts";
import { clip, words } from "../reading/text.ts";
import { fits, type Schema } from "./validate.ts";

/** The number nearest to `wanted` within the bounds and on the step. */
export function numberWithin(
  schema: JsonObject,
  whole: boolean,
  wanted: number,
  variant: number,
): number {
  const bound = (name: string, or: number) => {
    const value = schema[name];
    return typeof value === "number" ? value : or;
  };
  const multiple = bound("multipleOf", 0);
  const step = multiple > 0 ? whole && !Number.isInteger(multiple) ? 1 : multiple : whole ? 1 : 0;
  const above = bound("exclusiveMinimum", -Infinity);
  const below = bound("exclusiveMaximum", Infinity);
  const low = Math.max(bound("minimum", -Infinity), above);
  const high = Math.min(bound("maximum", Infinity), below);
  if (step > 0) return onStep(step, low, high, above, below, wanted, variant);
  const gap = Number.isFinite(high - low) ? (high - low) / 1_000 : 0.001;
  const first = low === above ? low + gap : low;
  const last = high === below ? high - gap : high;
  const clamped = Math.min(last, Math.max(first, wanted + variant));
  if (variant === 0 || clamped === wanted + variant || !Number.isFinite(first)) return clamped;
  const span = Math.min(last - first, 1);
  return first + span * (variant / (variant + 1));
}

function onStep(
  step: number,
  low: number,
  high: number,
  above: number,
  below: number,
  wanted: number,
  variant: number,
): number {
  let from = Math.ceil(low / step - 1e-9);
  let to = Math.floor(high / step + 1e-9);
  if (from * step <= above) from++;
  if (to * step >= below) to--;
  let at = Math.min(to, Math.max(from, Math.round(wanted / step) + variant));
  if (variant > 0 && at === to && Number.isFinite(from)) {
    at = from + ((variant - 1) % Math.max(1, to - from + 1));
  }
  return Number((at * step).toPrecision(12));
}

/** The text in a length, pattern and format the schema allows. */
export function textWithin(
  schema: JsonObject,
  wanted: string,
  place: { index: number; variant: number },
  source: string,
): string {
  const least = typeof schema.minLength === "number" ? schema.minLength : 0;
  const most = typeof schema.maxLength === "number" ? schema.maxLength : Infinity;
  const text = place.variant === 0 ? wanted : `${wanted} ${place.variant + 1}`;
  if (typeof schema.pattern === "string") {
    return matching(schema, schema.pattern, text, place) ?? sampleOf(schema.pattern, least, most) ??
      sized(text, least, most);
  }
  if (typeof schema.format === "string") {
    return inFormat(schema.format, text, place.index, place.variant, source) ??
      sized(text, least, most);
  }
  return sized(text, least, most);
}

/** A form of the text, or a plain numbered name, that the pattern accepts. */
function matching(
  schema: JsonObject,
  pattern: string,
  text: string,
  place: { index: number; variant: number },
): string | undefined {
  const name = slug(text);
  const n = place.index + 1 + place.variant;
  const parts = words(text);
  const candidates = [
    text,
    name,
    name.replace(/-/g, "_"),
    name.replace(/-/g, ""),
    name.replace(/-/g, "").toUpperCase(),
    ...parts,
    ...parts.map((word) => word.toLowerCase()),
    ...[`t${n}`, `T${n}`, `task-${n}`, `task_${n}`, `step-${n}`, String(n)],
  ];
  const own: Schema = { ...schema, type: "string", pattern };
  const fitting = [...new Set(candidates)].filter((candidate) =>
    candidate && fits(candidate, own, own)
  );
  return fitting[place.variant % Math.max(1, fitting.length)];
}

/** Nobody wants to read more. */
const LENGTH_MAX = 10_000;

/** At least `least` and at most `most` characters, longer by saying it again. */
function sized(text: string, least: number, most: number): string {
  let out = text || (least > 0 ? "–" : "");
  const again = ` ${text || "–"}`;
  const missing = Math.min(least, LENGTH_MAX) - [...out].length;
  if (missing > 0) out += again.repeat(Math.ceil(missing / [...again].length));
  if ([...out].length <= most) return out;
  const cut = clip(out, most);
  const length = [...cut].length;
  return length >= least && length <= most ? cut : [...out].slice(0, most).join("");
}

/** A text of a known format: part of the source that has it, else one made from the text. */
function inFormat(
  format: string,
  text: string,
  index: number,
  variant: number,
  source: string,
): string | null {
  const day =
    `${text}\n${source}`.match(/\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/)?.[0] ??
      "1970-01-01";
  const name = slug(text) || "value";
  const n = variant ? String(variant + 1) : "";
  const found = (pattern: RegExp) =>
    variant === 0 ? `${text}\n${source}`.match(pattern)?.[0] : undefined;
  const second = String(variant % 60).padStart(2, "0");
  switch (format) {
    case "date":
      return variant ? day.replace(/\d\d$/, String(1 + (variant % 28)).padStart(2, "0")) : day;
    case "date-time":
      return `${day}T00:00:${second}Z`;
    case "time":
      return `00:00:${second}Z`;
    case "duration":
      return `P${variant + 1}D`;
    case "email":
    case "idn-email":
      return found(/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/) ??
        `${name}${n}@example.com`;
    case "uri":
    case "url":
    case "iri":
      return found(/https?:\/\/[^\s<>"')]*[^\s<>"').,;:]/) ?? `https://example.com/${name}${n}`;
    case "uri-reference":
    case "iri-reference":
      return `/${name}${n}`;
    case "uuid":
      return uuidFrom(`${text}/${index}/${variant}`);
    case "ipv4":
      return `192.0.2.${1 + (index + variant) % 254}`;
    case "ipv6":
      return `2001:db8::${(1 + index + variant).toString(16)}`;
    case "hostname":
    case "idn-hostname":
      return `${name}${n}.example.com`;
    default:
      return null;
  }
}

/** Of the form of a version 4 id, always the same for the same text. */
function uuidFrom(text: string): string {
  const hex = [...digestText(text)].map((c) => (c.charCodeAt(0) % 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}

export function slug(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40).replace(/-+$/, "");
}
