/** What a store takes, and what this kernel allows itself below that. Bytes are UTF-8 of the JSON. */
import { AppError } from "../core/errors.ts";

/** Hard limits of Deno KV, the same on SQLite and KV Connect. */
export const KV_LIMITS = {
  valueBytes: 65_536,
  keyBytes: 2_048,
  getMany: 10,
  listBatch: 1_000,
} as const;

/** Checks one commit takes, as the contract tests found: SQLite 100; denokv answers 400 to the 11th. */
export const SQLITE_CHECKS = 100;
export const KV_CONNECT_CHECKS = 10;

/** One transaction: refused while staging, with the aggregate's name. */
export const TX_LIMITS = {
  mutations: 400,
  bytes: 200_000,
  streamBytes: 40_000,
  checks: 10,
} as const;

/** One batch of the committer. */
export const BATCH_LIMITS = {
  mutations: 980,
  bytes: 700_000,
  keyBytes: 80_000,
  entryBytes: 60_000,
  transactions: 500,
} as const;

/** Single values above this are stored as chunks. */
export const BLOB_THRESHOLD_BYTES = 48 * 1024;

export function limitError(aggregate: string, what: string, max: number, unit: string): AppError {
  return new AppError("payload_too_large", {
    detail:
      `A transaction on "${aggregate}" stages ${what}, more than ${max} ${unit}; split it or store the value as a blob`,
    data: { aggregate, max },
  });
}
