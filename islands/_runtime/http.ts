/** Requests to the API as islands make them: JSON both ways, problems as `ApiError`, posts sent once. */
import { ApiError, readProblem } from "./problem.ts";

export interface Listed<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

const ROOT = "/api/v1";
/** A post that got no answer is sent again under the same key: the server answers it once. */
const SENDS = 3;

/** Segments of a path, encoded. */
export const path = (...parts: string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part)}`).join("");

export const get = <T>(path: string): Promise<T> => request<T>("GET", ROOT + path);
/** A path of the pages, beside the API. */
export const getPage = <T>(path: string): Promise<T> => request<T>("GET", path);
export const post = <T>(path: string, body: unknown, key = freshKey()): Promise<T> =>
  request<T>("POST", ROOT + path, body, { "idempotency-key": key });
/** `version`: what the change was made upon; the server refuses it when somebody was faster. */
export const patch = <T>(path: string, body: unknown, version?: number): Promise<T> =>
  request<T>(
    "PATCH",
    ROOT + path,
    body,
    version === undefined ? {} : { "if-match": `"${version}"` },
  );
/** Repeating it changes nothing. */
export const put = <T>(path: string, body: unknown): Promise<T> =>
  request<T>("PUT", ROOT + path, body);
export const remove = (path: string): Promise<unknown> => request("DELETE", ROOT + path);

async function request<T>(
  method: string,
  url: string,
  body?: unknown,
  extra: Record<string, string> = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...extra };
  if (body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await send(url, init, method === "PATCH" || method === "DELETE" ? 1 : SENDS);
  if (!response.ok) throw new ApiError(await readProblem(response));
  return response.status === 204 ? undefined as T : await response.json() as T;
}

/** Only a failure to get any answer is sent again; an answer, also a refusal, is an answer. */
async function send(url: string, init: RequestInit, sends: number): Promise<Response> {
  for (let sent = 1;; sent++) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (sent >= sends || globalThis.navigator?.onLine === false) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * sent * (1 + Math.random())));
    }
  }
}

/** `crypto.randomUUID` exists only on secure origins; a laptop on the local network is not one. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
