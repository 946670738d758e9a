/** What an agent learned: shapes, inputs, settings. Browser-safe. */
import { z } from "zod";
import { time, wholeText } from "../schema.ts";

export const memoryCategory = z.enum([
  "discovery",
  "decision",
  "blocker",
  "learning",
  "pattern",
  "warning",
]);

const TEXT_MAX = 10_000;

export const memory = z.object({
  id: z.string(),
  agentId: z.string(),
  category: memoryCategory,
  content: z.string(),
  tags: z.array(z.string()),
  timestamp: time,
}).meta({ id: "Memory" });

export const memoryInput = z.strictObject({
  category: memoryCategory.default("learning"),
  content: wholeText.max(TEXT_MAX).regex(/\S/, { message: "must not be empty" }),
  tags: z.array(wholeText.trim().min(1).max(100)).max(32).default([]),
});

/** Blank is no query. */
export const searchText = z.string().max(2_000);

export const memoryHit = memory.extend({
  /** Higher fits better; comparable within one answer only. */
  score: z.number(),
});

export const memorySettings = z.strictObject({
  /** Memories answered at most. */
  listLimit: z.int().min(1).max(100).default(50),
  /** What is this old counts half as recent, when entries fit a query equally well. */
  halfLifeMs: z.int().min(60_000).max(31_536_000_000).default(1_209_600_000),
});

export type MemoryCategory = z.infer<typeof memoryCategory>;
export type Memory = z.infer<typeof memory>;
export type MemoryInput = z.input<typeof memoryInput>;
export type MemoryHit = z.infer<typeof memoryHit>;
