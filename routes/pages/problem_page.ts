/** A problem as a person meets it who opened an address that does not work. */
import { type AppError, ERRORS } from "../../lib/kernel/core/errors.ts";
import { errorPage, renderMessage } from "./_layout.tsx";

/** Undefined where no page can be made; then the problem itself is the answer. */
export function problemPage(error: AppError, requestId: string): Response | undefined {
  // A locked server shows nothing of itself.
  if (error.code === "admin_key_required") return undefined;
  try {
    if (error.status === 500) return errorPage(requestId);
    return renderMessage({
      status: error.status,
      title: ERRORS[error.code].title,
      text: `${error.detail}.`,
      code: requestId,
    });
  } catch {
    return undefined;
  }
}
