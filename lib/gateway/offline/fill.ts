/** Fills a JSON schema with values taken from the material. The result fits the schema wherever one can be found. */
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { numberWithin, slug, textWithin } from "./bounded_values.ts";
import type { Material } from "./material.ts";
import { matches, sampleOf } from "./pattern.ts";
import { fromRow, materialOf, plainName, rowsFor, textsFor } from "./rows.ts";
import { booleanFor, choose } from "./choices.ts";
import { numberFor } from "./field_numbers.ts";
import { textFor } from "./field_texts.ts";
import { contains, isObject, merge, typeOf } from "./schema_shape.ts";
import { uniqueBy, words } from "../reading/text.ts";
import { deref, fits, inBounds, type Schema, step } from "./validate.ts";

interface Place {
  readonly name: string;
  readonly index: number;
  readonly row?: JsonObject;
  /** What this place is about: all of it, or a row's own part. */
  readonly material: Material;
  readonly depth: number;
  /** 0 at first; raised to get another value for the same place. */
  readonly variant: number;
}

/** Deeper than this optional properties and items are left out, so that recursive schemas end. */
const DEEP = 6;
const VARIANTS = 4;
const MAX_ITEMS = 24;
/** To find a value reads the material. */
const FILL_STEPS = 40;

export function fillSchema(schema: Schema, material: Material, name = ""): Json {
  const place = { name, index: 0, depth: 0, variant: 0, material };
  return inBounds(() => new Filler(schema).fill(schema, place));
}

class Filler {
  readonly #root: Schema;
  constructor(root: Schema) {
    this.#root = root;
  }

  /** Throws `invalid_input` for a schema that cannot be filled in reasonable time. */
  fill(schema: Schema, place: Place): Json {
    step(place.depth, FILL_STEPS);
    const branches = this.#branches(this.#flatten(schema, 0), place);
    for (const branch of branches) {
      for (let variant = 0; variant < VARIANTS; variant++) {
        const value = this.#make(branch, { ...place, variant: place.variant + variant });
        if (fits(value, schema, this.#root)) return value;
      }
    }
    return this.#make(branches[0] ?? {}, place);
  }

  /** Follows `$ref` and merges `allOf`. */
  #flatten(schema: Schema, depth: number): JsonObject {
    if (typeof schema === "boolean" || depth > 16) return {};
    step(0);
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

  /** One schema per alternative; null and what goes deeper come last. */
  #branches(schema: JsonObject, place: Place): JsonObject[] {
    step(0);
    const { anyOf, oneOf, if: condition, then, else: otherwise, ...own } = schema;
    let branches: JsonObject[] = [own];
    for (const list of [anyOf, oneOf]) {
      if (!Array.isArray(list)) continue;
      branches = branches.flatMap((base) =>
        list.flatMap((part) => this.#branches(merge(base, this.#flatten(part as Schema, 0)), place))
      );
    }
    if (condition !== undefined) {
      const flat = (part: Json | undefined) => this.#flatten((part ?? true) as Schema, 0);
      branches = branches.flatMap((base) => [
        merge(merge(base, flat(condition)), flat(then)),
        merge(base, flat(otherwise)),
      ]);
    }
    const typed = branches.flatMap((branch) =>
      Array.isArray(branch.type) ? branch.type.map((type) => ({ ...branch, type })) : [branch]
    );
    const weight = (branch: JsonObject) => {
      if (branch.type === "null" || branch.const === null) return 2;
      return place.depth >= DEEP && /^(?:object|array)$/.test(typeOf(branch)) ? 1 : 0;
    };
    return typed.map((branch, i) => ({ branch, i }))
      .sort((a, b) => weight(a.branch) - weight(b.branch) || a.i - b.i).map(({ branch }) => branch);
  }

  #make(schema: JsonObject, place: Place): Json {
    if (schema.const !== undefined) return schema.const;
    const row = fromRow(place.row, place.name);
    const own = place.variant === 0 ? row : undefined;
    if (Array.isArray(schema.enum) && schema.enum.length) {
      return this.#option(schema, schema.enum, place, own);
    }
    const field = { name: place.name, index: place.index, schema };
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, place);
      case "array":
        return this.#array(schema, place, row);
      case "number":
      case "integer": {
        const wanted = typeof own === "number" ? own : numberFor(field, place.material) ?? 0;
        return numberWithin(schema, schema.type === "integer", wanted, place.variant);
      }
      case "boolean":
        return typeof own === "boolean"
          ? own
          : booleanFor(field, place.material) !== (place.variant % 2 === 1);
      case "null":
        return null;
      default: {
        if (own !== undefined && typeOf(schema) === "") return own;
        const text = typeof row === "string" || typeof row === "number"
          ? String(row)
          : textFor(field, place.material);
        return textWithin(schema, text, place, place.material.request);
      }
    }
  }

  #option(schema: JsonObject, options: readonly Json[], place: Place, row: Json | undefined): Json {
    const allowed = options.filter((option) =>
      fits(option, { ...schema, enum: [...options] }, this.#root)
    );
    const pool = allowed.length ? allowed : [...options];
    if (row !== undefined && contains(pool, row)) return row;
    const texts = pool.filter((option): option is string => typeof option === "string");
    const chosen = texts.length === pool.length
      ? choose(texts, { name: place.name, index: place.index, schema }, place.material)
      : pool[0]!;
    return pool[(pool.indexOf(chosen) + place.variant) % pool.length]!;
  }

  #object(schema: JsonObject, place: Place): JsonObject {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
    const optional = place.depth < DEEP
      ? Object.keys(properties).filter((name) => !required.includes(name))
      : [];
    const most = typeof schema.maxProperties === "number" ? schema.maxProperties : Infinity;
    const names = [...uniqueBy(required, (name) => name), ...optional].slice(
      0,
      Math.max(most, required.length),
    );
    // The order of the schema is the order of the answer.
    const order = Object.keys(properties);
    const at = (name: string) => order.includes(name) ? order.indexOf(name) : order.length;
    const out: JsonObject = {};
    for (const name of names.toSorted((a, b) => at(a) - at(b))) {
      const own = (properties[name] ?? extraSchema(schema, name)) as Schema;
      if (own === false) continue;
      const row = fromRow(place.row, name);
      const inner: Place = {
        ...place,
        name,
        depth: place.depth + 1,
        row: isObject(row) ? row : place.row,
      };
      const value = this.fill(own, inner);
      if (required.includes(name) || fits(value, own, this.#root)) out[name] = value;
    }
    this.#pad(schema, out, place);
    return out;
  }

  /** Adds free properties, named after key terms, where some are wanted. */
  #pad(schema: JsonObject, out: JsonObject, place: Place): void {
    const least = typeof schema.minProperties === "number" ? schema.minProperties : 0;
    const open = isObject(schema.additionalProperties) && Object.keys(out).length === 0 &&
      place.depth < DEEP;
    const wanted = Math.max(least, open && schema.maxProperties !== 0 ? 1 : 0);
    if (Object.keys(out).length >= wanted) return;
    const rules = (schema.propertyNames ?? true) as Schema;
    const patterns = Object.keys(
      isObject(schema.patternProperties) ? schema.patternProperties : {},
    );
    const made = typeof rules === "object"
      ? Array.from(
        { length: 8 },
        (_, i) =>
          this.fill(merge({ type: "string" }, this.#flatten(rules, 0)), {
            ...place,
            name: "key",
            index: i,
            variant: i,
            row: undefined,
            depth: place.depth + 1,
          }),
      )
      : [];
    const pool = [
      ...textsFor("terms", place.material).map((term) => slug(term).replace(/-/g, "_")),
      ...made,
      ...patterns.map((pattern) => sampleOf(pattern)),
      ...Array.from({ length: 16 }, (_, i) => `field_${i + 1}`),
    ];
    for (const name of pool) {
      if (Object.keys(out).length >= wanted) return;
      if (
        typeof name !== "string" || name === "" || Object.hasOwn(out, name) ||
        !fits(name, rules, this.#root)
      ) continue;
      const own = extraSchema(schema, name);
      if (own !== false) {
        out[name] = this.fill(own, { ...place, name, row: undefined, depth: place.depth + 1 });
      }
    }
  }

  #array(schema: JsonObject, place: Place, row: Json | undefined): Json[] {
    const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    const items = (schema.items ?? (prefix.length ? false : true)) as Schema;
    const wantsOne = schema.contains === undefined ? 0 : 1;
    const least = Math.max(typeof schema.minItems === "number" ? schema.minItems : 0, wantsOne);
    const most = Math.min(
      typeof schema.maxItems === "number" ? schema.maxItems : Math.max(MAX_ITEMS, least),
      1_000,
    );
    const inner: Place = { ...place, depth: place.depth + 1, row: undefined, variant: 0 };
    const out = prefix.map((own, index) => this.fill(own as Schema, { ...inner, index })).slice(
      0,
      most,
    );
    if (items === false) return out;
    const sources = place.depth >= DEEP ? [] : this.#sources(this.#flatten(items, 0), place, row);
    const count = Math.min(most, Math.max(least, sources.length));
    for (let i = 0; out.length < count && i < count + 32; i++) {
      const own = wantsOne && i === 0
        ? merge(this.#flatten(items, 0), this.#flatten(schema.contains as Schema, 0))
        : items;
      const source = sources[i];
      const at: Place = isObject(source)
        ? { ...inner, index: i, row: source, material: materialOf(source, place.material) }
        : { ...inner, index: i, row: source === undefined ? undefined : { [place.name]: source } };
      let value = this.fill(own, at);
      for (
        let variant = 1;
        schema.uniqueItems === true && variant < 40 && contains(out, value);
        variant++
      ) {
        value = this.fill(own, { ...at, variant });
      }
      if (schema.uniqueItems !== true || !contains(out, value)) out.push(value);
    }
    return out;
  }

  /** What the items are made from: the row's own list, rows for objects, texts for strings. */
  #sources(items: JsonObject, place: Place, row: Json | undefined): Json[] {
    if (Array.isArray(row)) return row;
    const name = plainName(place.name);
    const type = typeOf(items);
    if (type === "object") {
      return rowsFor(
        name,
        Object.keys(isObject(items.properties) ? items.properties : {}),
        place.material,
      );
    }
    if (Array.isArray(items.enum)) {
      const wanted = new Set(
        textsFor(name, place.material).flatMap((text) => words(text.toLowerCase())),
      );
      return items.enum.filter((option) => wanted.has(String(option).toLowerCase()));
    }
    return type === "string" || type === "" ? textsFor(name, place.material) : [];
  }
}

/** The schema of a property that is not named: by pattern, or what `additionalProperties` says. */
function extraSchema(schema: JsonObject, name: string): Schema {
  for (
    const [pattern, own] of Object.entries(
      isObject(schema.patternProperties) ? schema.patternProperties : {},
    )
  ) {
    if (matches(pattern, name)) return own as Schema;
  }
  return (schema.additionalProperties ?? true) as Schema;
}
