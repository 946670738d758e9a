/**
 * One process per SQLite file: an OS lock on `<file>.lock`, freed by the system when the process dies.
 * Holding it proves that whoever held the file before is dead.
 */
import { AppError } from "../core/errors.ts";

export interface FileLock {
  release(): void;
}

export function lockFile(path: string): FileLock {
  const lockPath = `${path}.lock`;
  const file = Deno.openSync(lockPath, { read: true, write: true, create: true });
  if (!file.tryLockSync(true)) {
    const holder = readHolder(file);
    file.close();
    throw new AppError("unavailable", {
      detail: `The data file "${path}" is in use by another Muster process${
        holder ? ` (pid ${holder})` : ""
      }; stop it first, or give this one another file`,
    });
  }
  file.truncateSync(0);
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return {
    release() {
      file.unlockSync();
      file.close();
    },
  };
}

function readHolder(file: Deno.FsFile): string {
  const buffer = new Uint8Array(32);
  const read = file.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, read)).trim();
}
