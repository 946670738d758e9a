/** The one place that opens Deno KV. */
import { lockFile } from "./file_lock.ts";
import { Store, type StoreKind, type StoreOptions } from "./store.ts";

function kindOf(path: string | undefined): StoreKind {
  if (path === ":memory:") return "memory";
  return path === undefined || /^https?:\/\//.test(path) ? "shared" : "file";
}

/** Opens the store; refuses a file another process holds. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const kind = kindOf(options.path);
  if (kind !== "file") {
    const kv = await Deno.openKv(options.path);
    return new Store(kind, { write: kv, read: kv, lock: null }, options);
  }
  const path = options.path!;
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  if (parent) Deno.mkdirSync(parent, { recursive: true });
  const lock = lockFile(path);
  try {
    const write = await Deno.openKv(path);
    const read = await Deno.openKv(path);
    return new Store(kind, { write, read, lock }, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}
