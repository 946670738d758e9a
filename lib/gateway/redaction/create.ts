/** One request protected: found, replaced or refused, and the way back. */
import { AppError } from "../../kernel/core/errors.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { detect, type Detection } from "./detect.ts";
import { type NameTree, nameTree } from "./names.ts";
import { loadPhoneCheck, type PhoneCheck } from "./phones.ts";
import { Placeholders, placeholdersIn } from "./placeholders.ts";
import { ChunkRestorer, restoreWhole } from "./restore.ts";
import type { Protection, Redaction, RedactionKind, RedactionSettings } from "./schema.ts";
import { replaceTexts } from "./walk.ts";

const KIND_WORDS: Readonly<Record<RedactionKind, string>> = {
  email: "an e-mail address",
  phone: "a phone number",
  card: "a card number",
  iban: "a bank account number",
  key: "an API key or private key",
  name: "a name of the workspace's list",
};
const FIELDS_MAX = 20;

export function createRedaction(): Redaction {
  const trees = new WeakMap<readonly string[], NameTree>();
  let phones: Promise<PhoneCheck> | undefined;

  async function detection(settings: RedactionSettings): Promise<Detection> {
    const kinds = new Set(settings.kinds);
    let names = trees.get(settings.names);
    if (!names) trees.set(settings.names, names = nameTree(settings.names));
    return {
      kinds,
      names,
      regions: settings.phoneRegions,
      isPhone: kinds.has("phone") ? await (phones ??= loadPhoneCheck()) : null,
    };
  }

  return {
    async protect(body, settings) {
      if (settings.mode === "off") return untouched(body);
      const how = await detection(settings);
      return settings.mode === "block" ? requireClean(body, how) : replaceIn(body, how);
    },
  };
}

function replaceIn(body: JsonObject, how: Detection): Protection {
  let taken: ReadonlySet<string> | undefined;
  const names = new Placeholders(() => taken ??= placeholdersIn(JSON.stringify(body)));
  const safe = replaceTexts(body, (text) => {
    const spans = detect(text, how);
    if (spans.length === 0) return text;
    let replaced = "";
    let from = 0;
    for (const { start, end, kind } of spans) {
      replaced += text.slice(from, start) + names.of(kind, text.slice(start, end));
      from = end;
    }
    return replaced + text.slice(from);
  });
  if (names.size === 0) return untouched(body);
  const jsonText = asksForJson(body);
  return {
    body: safe,
    found: names.counts,
    restore: (answer) => restoreWhole(answer, names, jsonText),
    restorer: () => new ChunkRestorer(names, jsonText),
  };
}

function requireClean(body: JsonObject, how: Detection): Protection {
  const fields = new Map<string, { path: string; message: string }>();
  replaceTexts(body, (text, path) => {
    for (const { kind } of detect(text, how)) {
      // A member's name may itself be what must not be shown.
      const place = detect(path, how).length > 0 ? "body" : path;
      const field = { path: place, message: `holds ${KIND_WORDS[kind]}` };
      if (fields.size < FIELDS_MAX) fields.set(`${place} ${kind}`, field);
    }
    return text;
  });
  if (fields.size === 0) return untouched(body);
  const [first] = fields.values();
  throw new AppError("invalid_input", {
    detail: `The request was not sent: ${first!.path} ${
      first!.message
    }, and this workspace blocks those; take it out and ask again`,
    fields: [...fields.values()],
    data: { code: "redaction_blocked" },
  });
}

function untouched(body: JsonObject): Protection {
  return {
    body,
    found: {},
    restore: (answer) => answer,
    restorer: () => ({ take: (chunk) => chunk, end: () => null }),
  };
}

function asksForJson({ response_format: format }: JsonObject): boolean {
  return typeof format === "object" && format !== null && !Array.isArray(format) &&
    (format.type === "json_object" || format.type === "json_schema");
}
