/** Every path of the API, typed from the routes themselves. The areas' helpers are made of these calls. */
import type {
  Answer,
  CallOptions,
  ItemOf,
  Method,
  Operation,
  Options,
  OptionsArgument,
  PathOf,
  Schema,
} from "./typed_paths.ts";
import { fillPath, type Transport } from "./transport.ts";
import { localError } from "./error.ts";

interface AnyOptions extends CallOptions {
  readonly path?: object;
  readonly query?: object;
  readonly body?: unknown;
}

export class Api {
  /** How requests are made; for a path the document does not know. */
  readonly transport: Transport;
  #me: Promise<Schema<"Caller">> | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get<P extends PathOf<"get">>(
    path: P,
    ...[options]: OptionsArgument<Operation<"get", P>>
  ): Promise<Answer<Operation<"get", P>>> {
    return this.#call("get", path, options);
  }

  post<P extends PathOf<"post">>(
    path: P,
    ...[options]: OptionsArgument<Operation<"post", P>>
  ): Promise<Answer<Operation<"post", P>>> {
    return this.#call("post", path, options);
  }

  put<P extends PathOf<"put">>(
    path: P,
    ...[options]: OptionsArgument<Operation<"put", P>>
  ): Promise<Answer<Operation<"put", P>>> {
    return this.#call("put", path, options);
  }

  patch<P extends PathOf<"patch">>(
    path: P,
    ...[options]: OptionsArgument<Operation<"patch", P>>
  ): Promise<Answer<Operation<"patch", P>>> {
    return this.#call("patch", path, options);
  }

  delete<P extends PathOf<"delete">>(
    path: P,
    ...[options]: OptionsArgument<Operation<"delete", P>>
  ): Promise<Answer<Operation<"delete", P>>> {
    return this.#call("delete", path, options);
  }

  /** Every item of a list, page after page, as it is read. */
  async *all<P extends PathOf<"get">>(
    path: P,
    options: Options<Operation<"get", P>>,
  ): AsyncGenerator<ItemOf<P>, void> {
    const given = options as AnyOptions;
    let cursor: string | null | undefined;
    do {
      const query = { ...given.query, ...(cursor && { cursor }) };
      const page: Page = await this.#call("get", path, { ...given, query });
      yield* page.items as ItemOf<P>[];
      cursor = page.nextCursor;
    } while (cursor);
  }

  /** Who the server takes this program for; asked once. */
  me(): Promise<Schema<"Caller">> {
    return this.#me ??= this.get("/api/v1/caller").then(
      ({ caller }) => caller,
      (error) => {
        this.#me = undefined;
        throw error;
      },
    );
  }

  /** The agent this program acts as: given to `connect`, else the one its key is bound to. */
  async agentId(): Promise<string> {
    const found = this.transport.agentId ?? (await this.me()).agentId;
    if (found !== undefined) return found;
    throw localError("invalid_input", "Say whom to act as: connect({ agentId })");
  }

  #call<T>(method: Method, path: string, options: unknown): Promise<T> {
    const { path: values, ...rest } = (options ?? {}) as AnyOptions;
    return this.transport.send<T>(method, fillPath(path, values), rest);
  }
}

interface Page {
  readonly items: unknown[];
  readonly nextCursor: string | null;
}
