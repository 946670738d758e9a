/**
 * Refusals as results: an agent reads who holds what, which field is wrong and what to do next, and can
 * act on it; a protocol error would only stop it.
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { z } from "zod";
import { AppError, type FieldError } from "../../lib/kernel/core/errors.ts";

/** Members of the refusal a program may read; the text says the same. */
const PROBLEM = "muster/problem";

export function refusalResult(error: AppError, requestId: string): CallToolResult {
  const detail = error.code === "internal"
    ? `Something went wrong inside; it is in the server's log as ${requestId}. Try again once`
    : sentence(error);
  const advice = adviceFor(error);
  return {
    isError: true,
    content: [{ type: "text", text: advice ? `${detail}. ${advice}` : detail }],
    _meta: {
      [PROBLEM]: {
        code: error.code,
        ...error.extension,
        ...(error.fields && { errors: error.fields }),
      },
    },
  };
}

function sentence({ detail, fields = [] }: AppError): string {
  // The detail names the first field; an agent corrects all of them at once.
  const more = fields.slice(1).map(({ path, message }) => `${path}: ${message}`);
  return more.length > 0 ? `${detail}; ${more.join("; ")}` : detail;
}

function adviceFor(error: AppError): string | undefined {
  if (error.retryAfterMs !== undefined) {
    return `Try again in ${Math.max(1, Math.ceil(error.retryAfterMs / 1000))} s`;
  }
  if (error.code === "unavailable") return "Try again in a few seconds";
  return error.fields?.some(({ path, message }) => path === "agentId" && message === "is required")
    ? "Give your own id as agentId, the same in every call, or use a key bound to it"
    : undefined;
}

/** Throws `invalid_input` naming each field, what it should be and, for an unknown one, what there is. */
export function invalidArguments(
  tool: string,
  error: z.ZodError,
  known: readonly string[],
): AppError {
  const fields = error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...issue.path, key].join("."),
        message: issue.path.length > 0
          ? "is not known"
          : `is not known; there are ${known.join(", ")}`,
      }));
    }
    const missing = issue.message.endsWith("received undefined");
    return [{
      path: issue.path.map(String).join(".") || "arguments",
      message: missing ? "is required" : issue.message,
    }];
  });
  const [first] = fields;
  return new AppError("invalid_input", {
    detail: `${tool}: ${first!.path} ${joint(first!.message)}`,
    fields,
  });
}

/** "title is required", "limit: too big". */
const joint = (message: string) => /^is /.test(message) ? message : `– ${message}`;
