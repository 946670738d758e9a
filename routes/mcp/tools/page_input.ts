/** Fields of every list. */
import { z } from "zod";
import { PAGE_LIMIT_MAX } from "../../../lib/kernel/core/page.ts";

export const pageInput = {
  limit: z.int().min(1).max(PAGE_LIMIT_MAX).optional(),
  cursor: z.string().min(1).max(1_000).optional().describe("nextCursor of the page before"),
};
