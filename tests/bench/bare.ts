/** The floors: bare Deno KV and a bare group committer doing the work the kernel is measured at. */

type Build = (atomic: Deno.AtomicOperation) => Deno.AtomicOperation;

interface Waiting {
  readonly key: string;
  readonly build: Build;
  readonly resolve: (ok: boolean) => void;
}

/** Whatever gathers during a commit goes into the next one; nothing else. */
export class BareGroup {
  readonly #kv: Deno.Kv;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  commit(key: string, build: Build): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ key, build, resolve });
      if (this.#busy) return;
      this.#busy = true;
      queueMicrotask(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const used = new Set<string>();
      const batch: Waiting[] = [];
      const later: Waiting[] = [];
      for (const item of this.#waiting) {
        (batch.length < 90 && !used.has(item.key) ? batch : later).push(item);
        used.add(item.key);
      }
      this.#waiting = later;
      const atomic = this.#kv.atomic();
      for (const item of batch) item.build(atomic);
      const { ok } = await atomic.commit();
      for (const item of batch) item.resolve(ok);
    }
    this.#busy = false;
  }
}

export async function bareKv(): Promise<{ kv: Deno.Kv; read: Deno.Kv; end(): Promise<void> }> {
  const folder = await Deno.makeTempDir({ prefix: "muster-floor-" });
  const kv = await Deno.openKv(`${folder}/kv.sqlite`);
  const read = await Deno.openKv(`${folder}/kv.sqlite`);
  return {
    kv,
    read,
    async end() {
      kv.close();
      read.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
