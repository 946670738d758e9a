/** The routes' own types: what a path takes and answers, from the generated OpenAPI types. */
import type { components, paths } from "./api.d.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** A shape the API shows, such as `Schema<"Lock">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** Paths of the document that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never;
}[keyof paths];

export type Operation<M extends Method, P extends PathOf<M>> = paths[P][M & keyof paths[P]];

type Parameter<O, Where extends string> = O extends { parameters: infer All }
  ? All extends { [K in Where]?: infer Found } ? Exclude<Found, undefined> : never
  : never;

type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B
  : O extends { requestBody?: { content: { "application/json": infer B } } } ? B | undefined
  : never;

/** What the operation answers when all is well. */
export type Answer<O> = O extends { responses: infer R }
  ? R extends { 200: { content: { "application/json": infer A } } } ? A
  : R extends { 201: { content: { "application/json": infer A } } } ? A
  : R extends { 202: { content: { "application/json": infer A } } } ? A
  : undefined
  : never;

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Default: a new one for each POST; `null`: none. A repeat with the same one changes nothing twice. */
  readonly idempotencyKey?: string | null;
  /** ETag the update is for: 412 when it is another by now. */
  readonly ifMatch?: string | undefined;
  readonly timeoutMs?: number;
}

type PathPart<O> = [Parameter<O, "path">] extends [never] ? { readonly path?: undefined }
  : { readonly path: Parameter<O, "path"> };

type BodyPart<O> = [Body<O>] extends [never] ? { readonly body?: undefined }
  : undefined extends Body<O> ? { readonly body?: Body<O> }
  : { readonly body: Body<O> };

type QueryPart<O> = [Parameter<O, "query">] extends [never] ? { readonly query?: undefined }
  : { readonly query?: Parameter<O, "query"> };

export type Options<O> = CallOptions & PathPart<O> & BodyPart<O> & QueryPart<O>;

/** Left out where nothing in them is needed. */
export type OptionsArgument<O> = Record<never, never> extends Options<O> ? [options?: Options<O>]
  : [options: Options<O>];

/** The body a call takes. */
export type BodyOf<M extends Method, P extends PathOf<M>> = Exclude<
  Body<Operation<M, P>>,
  undefined
>;

/** The filters and the page a list takes. */
export type QueryOf<P extends PathOf<"get">> = Parameter<Operation<"get", P>, "query">;

/** What a list is of. */
export type ItemOf<P extends PathOf<"get">> = Answer<Operation<"get", P>> extends
  { items: (infer I)[] } ? I : never;
