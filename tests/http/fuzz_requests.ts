/** Invalid requests for every operation of an OpenAPI document: each must be refused and change nothing. */
import fc from "fast-check";

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly pathParams: readonly string[];
  /** A path parameter is a name callers choose, so that any may exist or be empty. */
  readonly takesAnyName: boolean;
  readonly queryParams: readonly string[];
  readonly takesBody: boolean;
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** A read with nothing wrong but strange filters may also be answered. */
  readonly mayBeValid: boolean;
}

interface Described {
  operationId: string;
  parameters?: { name: string; in: string; schema?: { pattern?: string } }[];
  requestBody?: unknown;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

export function operationsOf(
  document: { paths: Record<string, Record<string, Described>> },
): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const described = item[method]!;
      const named = (place: string) =>
        (described.parameters ?? []).filter((p) => p.in === place).map((p) => p.name);
      return {
        method: method.toUpperCase(),
        path,
        operationId: described.operationId,
        pathParams: named("path"),
        takesAnyName: (described.parameters ?? []).some(isFreeName),
        queryParams: named("query"),
        takesBody: described.requestBody !== undefined,
      };
    })
  );
}

/** Made ids begin with the prefix of their kind. */
function isFreeName(parameter: NonNullable<Described["parameters"]>[number]): boolean {
  return parameter.in === "path" && !/^\^[a-z]+_/.test(parameter.schema?.pattern ?? "");
}

const STRANGE = [
  "",
  " ",
  "0",
  "-1",
  "null",
  "undefined",
  "NaN",
  "true",
  "[]",
  "{}",
  "..",
  "../../etc/passwd",
  "'; drop table runs; --",
  "<script>",
  "\u0000",
  "\uD83D\uDE00",
  "\u202Eabc",
  "é\u0301",
  "run_",
  "run_0",
  "run_01K9Z3V7Q8R5T2W4X6Y8Z0A1B!",
  "ses_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2",
  "1e309",
  "9".repeat(40),
  "a".repeat(3_000),
  "%",
  "%zz",
  "%00",
  "%C0%AF",
];

const UNKNOWN_ULID = "01K9Z3V7Q8R5T2W4X6Y8Z0A1B2";
const strange = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 200 }),
);

/** Path parts keep the path's shape: a slash or a dot segment would name another operation. */
const segment = fc.oneof(
  strange.map((text) => encodeURIComponent(text.toWellFormed()) || "%20"),
  fc.constantFrom("run", "ses", "step", "eff", "apr", "cov").map((p) => `${p}_${UNKNOWN_ULID}`),
).filter((text) => !/^(\.|%2e)+$/i.test(text));

const headers = fc.dictionary(
  fc.constantFrom(
    "if-match",
    "last-event-id",
    "idempotency-key",
    "accept",
    "x-strange",
    "accept-language",
  ),
  fc.oneof(
    fc.constantFrom(
      '"1"',
      'W/"1"',
      "*",
      "text/html",
      "application/json",
      "0.0",
      "-",
      "a".repeat(900),
    ),
    fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, "?").trim()),
  ),
  { maxKeys: 3 },
);

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

/** Never valid: not JSON, not an object, an unknown field, too deep, too large. */
const badBody = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 4 }).map((text) => `{"nobodyKnowsThis":${text}}`) },
  {
    weight: 6,
    arbitrary: fc.record({
      intent: fc.anything({ maxDepth: 2 }),
      content: fc.jsonValue(),
      title: fc.jsonValue(),
      decision: fc.jsonValue(),
      stepId: fc.jsonValue(),
      covenant: fc.jsonValue(),
      policy: fc.jsonValue(),
      nobodyKnowsThis: fc.constant(1),
    }, { requiredKeys: ["nobodyKnowsThis"] }).map((value) => JSON.stringify(value)),
  },
  { weight: 2, arbitrary: fc.constantFrom("[]", '"text"', "7", "null", "true", "[{}]") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "{",
      '{"a":',
      '{"a":1,}',
      "{'a':1}",
      "\u0000",
      "\uFEFF{",
      "undefined",
      "{}{}",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(deep(500), `{"output":${deep(50_000)}}`) },
  { weight: 1, arbitrary: fc.constant(`{"intent":"${"x".repeat(2_200_000)}"}`) },
  { weight: 1, arbitrary: fc.constant(`{"intent":"${"x".repeat(150_000)}","content":1}`) },
);

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant<string | undefined>("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string | undefined>(
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json; charset=utf-16",
      "nonsense",
    ),
  },
);

/** Takes nothing that could be wrong. */
export function isAlwaysValid({ method, path }: Pick<Operation, "method" | "path">): boolean {
  return method === "DELETE" && path === "/api/v1/gateway/cache";
}

/** Requests for one operation; `knownIds` are tried too, so that a bad body meets something that exists. */
export function invalidRequests(
  operation: Operation,
  knownIds: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<FuzzRequest> {
  const known = (knownIds[operation.path.split("/")[3] ?? ""] ?? []).map((id) => fc.constant(id));
  const param = (index: number) =>
    index === 0 && known.length > 0 && operation.takesBody ? fc.oneof(segment, ...known) : segment;
  return fc.record({
    params: fc.tuple(...operation.pathParams.map((_, index) => param(index))),
    query: fc.tuple(...operation.queryParams.map(() => fc.option(strange, { nil: undefined }))),
    headers,
    body: operation.takesBody ? badBody : fc.constant(undefined),
    type: operation.takesBody ? contentType : fc.constant(undefined),
  }).map(({ params, query, headers, body, type }) => {
    const filled = operation.pathParams.reduce(
      (path, name, index) => path.replace(`{${name}}`, () => params[index]!),
      operation.path,
    );
    const search = operation.queryParams
      .flatMap((name, i) => query[i] === undefined ? [] : `${name}=${encodeQuery(query[i])}`);
    return {
      method: operation.method,
      path: filled + (search.length > 0 ? `?${search.join("&")}` : ""),
      headers: { ...headers, ...(type === undefined ? {} : { "content-type": type }) },
      body,
      mayBeValid: isAlwaysValid(operation) || (operation.method === "GET" &&
        (operation.pathParams.length === 0 || operation.takesAnyName)),
    };
  });
}

/** Some broken escapes go through as they are. */
const encodeQuery = (text: string) =>
  /^%[\w]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());

/** Paths nobody described, with any method: below the API and anywhere else. */
export const strayRequests: fc.Arbitrary<FuzzRequest> = fc.record({
  method: fc.constantFrom(
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "PURGE",
    "QUERY",
  ),
  root: fc.constantFrom(
    "/",
    "/api/",
    "/api/v1/",
    "/api/v2/",
    "/static/",
    "/internal/",
    "/sessions/",
    "//",
  ),
  parts: fc.array(
    fc.oneof(
      strange.map((text) => encodeURIComponent(text.toWellFormed())),
      fc.constantFrom(
        "%",
        "%zz",
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "runs",
        "sessions",
        ";",
        "a b",
        "\\\\",
      ),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  headers,
}).map(({ method, root, parts, headers }) => ({
  method,
  path: root + parts.join("/"),
  headers,
  body: undefined,
  mayBeValid: true,
}));
