/** Fills a JSON schema with values taken from the material. The result always fits the schema where one can be found. */
import { canonicalJson, digestText, type Json, type JsonObject } from "../../kernel/core/json.ts";
import type { Material } from "./material.ts";
import { sampleOf } from "./pattern.ts";
import { fromRow, plainName, rowsFor, textsFor } from "./rows.ts";
import { clip, uniqueBy, words } from "./text.ts";
import { deref, fits, type Schema } from "./validate.ts";
import { booleanFor, choose, numberFor, slug, textFor } from "./values.ts";

interface Place {
  readonly name: string;
  readonly index: number;
  readonly row?: JsonObject;
  readonly depth: number;
  /** 0 at first; raised to get another value for the same place. */
  readonly variant: number;
}

/** Deeper than this optional properties and items are left out, so that recursive schemas end. */
const DEEP = 6;
const VARIANTS = 4;

export function fillSchema(schema: Schema, material: Material, name = ""): Json {
  return new Filler(schema, material).fill(schema, { name, index: 0, depth: 0, variant: 0 });
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

class Filler {
  readonly #root: Schema;
  readonly #material: Material;
  constructor(root: Schema, material: Material) {
    this.#root = root;
    this.#material = material;
  }

  fill(schema: Schema, place: Place): Json {
    const flat = this.#flatten(schema, 0);
    for (const branch of this.#branches(flat, place)) {
      for (let variant = 0; variant < VARIANTS; variant++) {
        const value = this.#make(branch, { ...place, variant: place.variant + variant });
        if (fits(value, schema, this.#root)) return value;
      }
    }
    return this.#make(this.#branches(flat, place)[0] ?? {}, place);
  }

  /** Follows `$ref` and merges `allOf`. */
  #flatten(schema: Schema, depth: number): JsonObject {
    if (typeof schema === "boolean" || depth > 16) return {};
    const { $ref, allOf, ...own } = schema;
    let merged: JsonObject = own;
    if (typeof $ref === "string") {
      merged = merge(this.#flatten(deref($ref, this.#root) ?? true, depth + 1), merged);
    }
    if (Array.isArray(allOf)) {
      for (const part of allOf) merged = merge(merged, this.#flatten(part as Schema, depth + 1));
    }
    return merged;
  }

  /** One schema per alternative, the most telling first; null only when nothing else is left or nothing was found. */
  #branches(schema: JsonObject, place: Place): JsonObject[] {
    const { anyOf, oneOf, if: condition, then, else: otherwise, ...own } = schema;
    let branches: JsonObject[] = [own];
    for (const list of [anyOf, oneOf]) {
      if (!Array.isArray(list)) continue;
      branches = branches.flatMap((base) =>
        list.flatMap((part) => this.#branches(merge(base, this.#flatten(part as Schema, 0)), place))
      );
    }
    if (condition !== undefined) {
      branches = branches.flatMap((base) => [
        merge(
          merge(base, this.#flatten(condition as Schema, 0)),
          this.#flatten((then ?? true) as Schema, 0),
        ),
        merge(base, this.#flatten((otherwise ?? true) as Schema, 0)),
      ]);
    }
    branches = branches.flatMap((branch) =>
      Array.isArray(branch.type) ? branch.type.map((type) => ({ ...branch, type })) : [branch]
    );
    const weight = (branch: JsonObject) => {
      if (branch.type === "null" || branch.const === null) return 2;
      const recursive = place.depth >= DEEP &&
        (branch.type === "object" || branch.type === "array");
      return recursive ? 1 : 0;
    };
    return branches.map((branch, i) => ({ branch, i })).sort((a, b) =>
      weight(a.branch) - weight(b.branch) || a.i - b.i
    )
      .map(({ branch }) => branch);
  }

  #make(schema: JsonObject, place: Place): Json {
    if (schema.const !== undefined) return schema.const;
    const row = fromRow(place.row, place.name);
    if (Array.isArray(schema.enum) && schema.enum.length) {
      return this.#option(schema, schema.enum, place, row);
    }
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, place);
      case "array":
        return this.#array(schema, place, row);
      case "string":
        return this.#text(schema, place, row);
      case "number":
      case "integer":
        return this.#number(schema, place, row);
      case "boolean":
        return typeof row === "boolean" && place.variant === 0
          ? row
          : booleanFor({ ...place, schema }, this.#material) !== (place.variant % 2 === 1);
      case "null":
        return null;
      default:
        return row ?? this.#text(schema, place, undefined);
    }
  }

  #option(schema: JsonObject, options: readonly Json[], place: Place, row: Json | undefined): Json {
    const allowed = options.filter((option) =>
      fits(option, { ...schema, enum: [...options] }, this.#root)
    );
    const pool = allowed.length ? allowed : [...options];
    if (
      row !== undefined && place.variant === 0 &&
      pool.some((option) => canonicalJson(option) === canonicalJson(row))
    ) return row;
    const texts = pool.filter((option): option is string => typeof option === "string");
    const chosen = texts.length === pool.length
      ? choose(texts, { ...place, schema }, this.#material)
      : pool[0]!;
    return pool[(pool.indexOf(chosen) + place.variant) % pool.length]!;
  }

  #object(schema: JsonObject, place: Place): JsonObject {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
    const most = typeof schema.maxProperties === "number" ? schema.maxProperties : Infinity;
    const names = uniqueBy([...required, ...Object.keys(properties)], (name) => name).filter((
      name,
    ) => required.includes(name) || place.depth < DEEP);
    // The order of the schema is the order of the answer.
    names.sort((a, b) => orderOf(properties, a) - orderOf(properties, b));
    const out: JsonObject = {};
    for (
      const name of names.filter((name) => required.includes(name) || names.length <= most).slice(
        0,
        most,
      )
    ) {
      const own = properties[name] ?? this.#extra(schema, name);
      if (own === false) continue;
      const row = fromRow(place.row, name);
      const value = this.fill(own as Schema, {
        name,
        index: place.index,
        depth: place.depth + 1,
        variant: place.variant,
        row: isObject(row) ? row : place.row,
      });
      if (required.includes(name) || fits(value, own as Schema, this.#root)) out[name] = value;
    }
    this.#pad(schema, out, place);
    return out;
  }

  /** The schema of a property that is not named: by pattern, or what `additionalProperties` says. */
  #extra(schema: JsonObject, name: string): Schema {
    for (
      const [pattern, own] of Object.entries(
        isObject(schema.patternProperties) ? schema.patternProperties : {},
      )
    ) {
      if (new RegExp(pattern, "u").test(name)) return own as Schema;
    }
    return (schema.additionalProperties ?? true) as Schema;
  }

  #pad(schema: JsonObject, out: JsonObject, place: Place): void {
    const least = typeof schema.minProperties === "number" ? schema.minProperties : 0;
    const open = schema.additionalProperties !== false && isObject(schema.additionalProperties);
    const wanted = Math.max(
      least,
      open && Object.keys(out).length === 0 && place.depth < DEEP ? 1 : 0,
    );
    const names = textsFor("terms", this.#material).map((term) => slug(term).replace(/-/g, "_"))
      .filter(Boolean);
    const rules = (schema.propertyNames ?? true) as Schema;
    const patterns = Object.keys(isObject(schema.patternProperties) ? schema.patternProperties : {})
      .map((pattern) => sampleOf(pattern));
    const made = typeof rules === "object"
      ? Array.from(
        { length: 8 },
        (_, i) =>
          this.fill(rules, { ...place, name: "key", index: i, variant: i, depth: place.depth + 1 }),
      )
      : [];
    const pool = [
      ...names,
      ...made,
      ...patterns,
      ...Array.from({ length: 8 }, (_, i) => `field_${i + 1}`),
    ];
    for (const name of pool) {
      if (Object.keys(out).length >= wanted) return;
      if (typeof name !== "string" || Object.hasOwn(out, name) || !fits(name, rules, this.#root)) {
        continue;
      }
      const own = this.#extra(schema, name);
      if (own === false) continue;
      out[name] = this.fill(own, { ...place, name, depth: place.depth + 1 });
    }
  }

  #array(schema: JsonObject, place: Place, row: Json | undefined): Json[] {
    const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    const items = (schema.items ?? (prefix.length ? false : true)) as Schema;
    const least = Math.max(
      typeof schema.minItems === "number" ? schema.minItems : 0,
      schema.contains === undefined ? 0 : 1,
    );
    const most = Math.min(typeof schema.maxItems === "number" ? schema.maxItems : 24, 1_000);
    const first = prefix.map((own, i) =>
      this.fill(own as Schema, { ...place, index: i, depth: place.depth + 1, row: undefined })
    );
    if (items === false) return first.slice(0, most);
    const sources = this.#items(this.#flatten(items, 0), place, row);
    const natural = place.depth >= DEEP ? least : Math.max(least, sources.length);
    const out: Json[] = first.slice(0, most);
    for (let i = 0; out.length < Math.min(most, natural) && i < natural + 32; i++) {
      const source = sources[i];
      const item = schema.contains !== undefined && i === 0
        ? merge(this.#flatten(items, 0), this.#flatten(schema.contains as Schema, 0))
        : items;
      const next = (variant: number) =>
        this.fill(item, {
          name: place.name,
          index: i,
          depth: place.depth + 1,
          variant,
          row: isObject(source)
            ? source
            : source === undefined
            ? undefined
            : { [place.name]: source },
        });
      let value = next(0);
      for (
        let variant = 1;
        schema.uniqueItems === true && variant < 40 && has(out, value);
        variant++
      ) value = next(variant);
      if (schema.uniqueItems === true && has(out, value)) break;
      out.push(value);
    }
    return out;
  }

  /** What the items are made from: the row's own list, rows for objects, texts for strings. */
  #items(items: JsonObject, place: Place, row: Json | undefined): Json[] {
    if (Array.isArray(row)) return row;
    const name = plainName(place.name);
    if (typeOf(items) === "object") {
      return rowsFor(
        name,
        Object.keys(isObject(items.properties) ? items.properties : {}),
        this.#material,
      );
    }
    if (Array.isArray(items.enum)) {
      const wanted = textsFor(name, this.#material).flatMap((text) => words(text.toLowerCase()));
      return items.enum.filter((option) => wanted.includes(String(option).toLowerCase()));
    }
    if (typeOf(items) === "string") return textsFor(name, this.#material);
    return [];
  }

  #number(schema: JsonObject, place: Place, row: Json | undefined): number {
    const wanted = typeof row === "number" && place.variant === 0
      ? row
      : numberFor({ ...place, schema }, this.#material) ?? 0;
    const whole = typeOf(schema) === "integer";
    const step = typeof schema.multipleOf === "number" && schema.multipleOf > 0
      ? schema.multipleOf
      : whole
      ? 1
      : 0;
    const bound = (name: string) =>
      typeof schema[name] === "number" ? schema[name] as number : null;
    const gap = step || 1e-6;
    const low = Math.max(
      bound("minimum") ?? -Infinity,
      (bound("exclusiveMinimum") ?? -Infinity) + (step ? 0 : gap),
    );
    const high = Math.min(
      bound("maximum") ?? Infinity,
      (bound("exclusiveMaximum") ?? Infinity) - (step ? 0 : gap),
    );
    if (!step) {
      const shifted = wanted + place.variant;
      const clamped = Math.min(high, Math.max(low, shifted));
      return place.variant > 0 && clamped !== shifted && Number.isFinite(low)
        ? Math.min(
          high,
          low + (Math.min(high, low + 1) - low) * (place.variant / (place.variant + 1)),
        )
        : clamped;
    }
    const from = Number.isFinite(low)
      ? Math.ceil(low / step) +
        (low === bound("exclusiveMinimum") && Number.isInteger(low / step) ? 1 : 0)
      : -Infinity;
    const to = Number.isFinite(high)
      ? Math.floor(high / step) -
        (high === bound("exclusiveMaximum") && Number.isInteger(high / step) ? 1 : 0)
      : Infinity;
    let at = Math.min(to, Math.max(from, Math.round(wanted / step) + place.variant));
    if (place.variant > 0 && at === to && Number.isFinite(from)) {
      at = from + ((place.variant - 1) % Math.max(1, to - from + 1));
    }
    return tidy(at * step);
  }

  #text(schema: JsonObject, place: Place, row: Json | undefined): string {
    const field = { ...place, schema };
    const least = typeof schema.minLength === "number" ? schema.minLength : 0;
    const most = typeof schema.maxLength === "number" ? schema.maxLength : Infinity;
    const given = row === undefined || row === null
      ? null
      : typeof row === "string"
      ? row
      : typeof row === "object"
      ? null
      : String(row);
    const wanted = given ?? textFor(field, this.#material);
    const text = place.variant === 0 ? wanted : `${wanted} ${place.variant + 1}`;
    if (typeof schema.pattern === "string") {
      return this.#matching(schema, schema.pattern, text, place, least, most);
    }
    if (typeof schema.format === "string") {
      const formatted = withFormat(schema.format, text, place, this.#material);
      if (formatted !== null) return formatted;
    }
    return sized(text, least, most);
  }

  /** A candidate from the request that the pattern accepts, else a sample of the pattern. */
  #matching(
    schema: JsonObject,
    pattern: string,
    text: string,
    place: Place,
    least: number,
    most: number,
  ): string {
    const name = slug(text);
    const n = place.index + 1 + place.variant;
    const candidates = [
      text,
      sized(text, least, most),
      name,
      name.replace(/-/g, "_"),
      name.replace(/-/g, ""),
      name.replace(/-/g, "").toUpperCase(),
      ...words(text),
      ...words(text).map((word) => word.toLowerCase()),
      `t${n}`,
      `T${n}`,
      `task-${n}`,
      `task_${n}`,
      `step-${n}`,
      `s${n}`,
      String(n),
    ];
    const fitting = candidates.filter((candidate) =>
      candidate && fits(candidate, { ...schema, type: "string" }, this.#root)
    );
    return fitting[place.variant % Math.max(1, fitting.length)] ?? sampleOf(pattern, least, most) ??
      sized(text, least, most);
  }
}

const has = (list: readonly Json[], value: Json) =>
  list.some((item) => canonicalJson(item) === canonicalJson(value));
const tidy = (value: number) => Number(value.toPrecision(12));
const orderOf = (properties: JsonObject, name: string) => {
  const at = Object.keys(properties).indexOf(name);
  return at < 0 ? Infinity : at;
};

function typeOf(schema: JsonObject): string {
  if (typeof schema.type === "string") return schema.type;
  if (
    schema.properties !== undefined || schema.additionalProperties !== undefined ||
    schema.required !== undefined
  ) return "object";
  if (
    schema.items !== undefined || schema.prefixItems !== undefined || schema.minItems !== undefined
  ) return "array";
  if (
    ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"].some((name) =>
      schema[name] !== undefined
    )
  ) return "number";
  return schema.pattern !== undefined || schema.format !== undefined ||
      schema.maxLength !== undefined
    ? "string"
    : "";
}

/** Both schemas at once: properties and required joined, the tighter bound of each. */
function merge(a: JsonObject, b: JsonObject): JsonObject {
  const out: JsonObject = { ...a, ...b };
  if (isObject(a.properties) && isObject(b.properties)) {
    out.properties = { ...a.properties };
    for (const [name, own] of Object.entries(b.properties)) {
      const before = a.properties[name];
      out.properties[name] = before === undefined || same(before, own)
        ? own
        : { allOf: [before, own] };
    }
  }
  if (Array.isArray(a.required) && Array.isArray(b.required)) {
    out.required = [...new Set([...a.required, ...b.required])];
  }
  if (Array.isArray(a.enum) && Array.isArray(b.enum)) {
    out.enum = a.enum.filter((option) => has(b.enum as Json[], option));
  }
  for (const name of ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]) {
    if (typeof a[name] === "number" && typeof b[name] === "number") {
      out[name] = Math.max(a[name], b[name]);
    }
  }
  for (const name of ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]) {
    if (typeof a[name] === "number" && typeof b[name] === "number") {
      out[name] = Math.min(a[name], b[name]);
    }
  }
  if (Array.isArray(a.type) && typeof b.type === "string") out.type = b.type;
  if (typeof a.type === "string" && Array.isArray(b.type)) out.type = a.type;
  if (a.type === "integer" && b.type === "number") out.type = "integer";
  return out;
}

const same = (a: Json, b: Json) => canonicalJson(a) === canonicalJson(b);

/** At least `least` and at most `most` characters, longer by saying it again. */
function sized(text: string, least: number, most: number): string {
  let out = text || "–";
  while ([...out].length < least) out = `${out} ${text || "–"}`;
  if ([...out].length <= most) return out;
  const cut = clip(out, most);
  if ([...cut].length >= least && [...cut].length <= most) return cut;
  return [...out].slice(0, most).join("");
}

/** A text of a known format: the text itself or a part of it that has the format, else one made from it. */
function withFormat(format: string, text: string, place: Place, material: Material): string | null {
  const source = `${text}\n${material.request}\n${material.context}`;
  const day = source.match(/\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/)?.[0] ??
    "1970-01-01";
  const name = slug(text) || "value";
  const n = place.variant ? String(place.variant + 1) : "";
  switch (format) {
    case "date":
      return place.variant
        ? day.replace(/\d\d$/, String(1 + (place.variant % 28)).padStart(2, "0"))
        : day;
    case "date-time":
      return `${day}T00:00:${String(place.variant % 60).padStart(2, "0")}Z`;
    case "time":
      return `00:00:${String(place.variant % 60).padStart(2, "0")}Z`;
    case "duration":
      return `P${place.variant + 1}D`;
    case "email":
    case "idn-email":
      return (!n && source.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/)?.[0]) || `${name}${n}@example.com`;
    case "uri":
    case "url":
    case "iri":
      return (!n && source.match(/https?:\/\/[^\s<>"')]+/)?.[0]) ||
        `https://example.com/${name}${n}`;
    case "uri-reference":
      return `/${name}${n}`;
    case "uuid": {
      const hex = [...digestText(`${text}${place.name}${place.index}${place.variant}`)].map((c) =>
        (c.charCodeAt(0) % 16).toString(16)
      ).join("");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${
        hex.slice(20, 32)
      }`;
    }
    case "ipv4":
      return `192.0.2.${1 + (place.index + place.variant) % 254}`;
    case "ipv6":
      return `2001:db8::${(1 + place.index + place.variant).toString(16)}`;
    case "hostname":
      return `${name}${n}.example.com`;
    default:
      return null;
  }
}
