/** The log of a fork: what a ledger still holds, written anew under new ids. Costs stay with the source. */
import type { Covenant } from "../../agents/covenant.ts";
import type { EngineDeps } from "../deps.ts";
import { patchCovenant, setFields } from "../effects/terms.ts";
import type { RunEvent } from "../events.ts";
import type { ForkInput } from "./fork.ts";
import type { BlobRef, Packed } from "../journal/journal.ts";
import type { Ledger, RecordedEffect, RecordedStep } from "../journal/ledger.ts";
import type { Effect, Run, Step } from "../schema.ts";
import { pack, shownValue, unpack, type ValueScope } from "../values.ts";

export interface LogLine {
  readonly event: RunEvent;
  readonly hidden?: unknown;
}

interface CopyInput {
  readonly deps: EngineDeps;
  readonly scope: ValueScope;
  readonly source: Run;
  readonly ledger: Ledger;
  readonly newId: string;
  readonly actor: string;
  readonly changes: NonNullable<ForkInput["changes"]>;
}

export async function copyLog(input: CopyInput): Promise<LogLine[]> {
  return await new Copy(input).all();
}

class Copy {
  readonly #input: CopyInput;
  readonly #at: string;
  readonly #lines: LogLine[] = [];
  readonly #stepIds = new Map<string, string>();

  constructor(input: CopyInput) {
    this.#input = input;
    this.#at = new Date(input.deps.ctx.clock.now()).toISOString();
  }

  async all(): Promise<LogLine[]> {
    const { ledger } = this.#input;
    const steps = [...ledger.steps.values()].filter((step) => step.status !== "superseded");
    await this.#begin(this.#lastVersion(steps));
    for (const step of steps) await this.#step(step);
    return this.#lines;
  }

  /** The latest terms any surviving work was done under. */
  #lastVersion(steps: readonly RecordedStep[]): number {
    let last = 1;
    for (const step of steps) {
      last = Math.max(last, step.covenantVersion);
      for (const effect of step.effects) last = Math.max(last, effect?.v ?? 1);
    }
    return last;
  }

  async #begin(lastVersion: number): Promise<void> {
    const { source, ledger, newId, changes, actor } = this.#input;
    const versions = [...ledger.covenants.values()].filter((c) => c.version <= lastVersion)
      .sort((a, b) => a.version - b.version)
      .map((covenant) => this.#covenant(covenant));
    const first = versions[0]!;
    const run: Run = {
      id: newId,
      intent: source.intent,
      status: "pending",
      pattern: source.pattern,
      mode: source.mode,
      covenantId: first.id,
      parentRunId: source.id,
      progress: 0,
      costMicros: 0,
      usage: { inputTokens: 0, outputTokens: 0 },
      createdBy: actor,
      createdAt: this.#at,
    };
    if (source.intentRef) run.intentRef = await this.#blob(source.intentRef);
    this.#add({ type: "run.created", run, covenant: first }, {
      set: ledger.created?.set ?? [],
      model: ledger.created?.model,
    }, actor);
    const history = ledger.history ? await this.#packed(ledger.history) : undefined;
    this.#add({ type: "run.started" }, history ? { history } : undefined);
    for (const covenant of versions.slice(1)) {
      this.#add({ type: "covenant.updated", covenant }, { set: ledger.setFields });
    }
    if (!changes.covenant) return;
    const covenant = patchCovenant(versions.at(-1)!, changes.covenant);
    const set = [...new Set([...ledger.setFields, ...setFields(changes.covenant)])];
    this.#add({ type: "covenant.updated", covenant }, { set }, actor);
  }

  #covenant(covenant: Covenant): Covenant {
    const { newId } = this.#input;
    const { broken: _, ...terms } = covenant;
    return {
      ...terms,
      id: "cov_" + newId.slice(4),
      runId: newId,
      used: { costMicros: 0, tokens: 0, timeMs: 0, spawns: 0 },
    };
  }

  async #step(step: RecordedStep): Promise<void> {
    const { deps, ledger, newId } = this.#input;
    const id = deps.ctx.ids.next("step");
    this.#stepIds.set(step.id, id);
    const join = ledger.joinOf(step);
    const shown: Step = {
      ...step.shown,
      id,
      runId: newId,
      status: "queued",
      queuedAt: this.#at,
    };
    if (step.parentId !== undefined) shown.parentId = this.#stepIds.get(step.parentId)!;
    this.#add({ type: "step.spawned", step: shown }, {
      n: step.order,
      a: join?.a ?? 0,
      k: join?.key ?? "",
      i: await this.#packed(step.input),
      v: step.covenantVersion,
      m: step.model,
      t: step.timeoutMs,
    });
    if (step.startedAt !== undefined) {
      this.#add({ type: "step.started", stepId: id, attempt: 1, model: step.model });
    }
    const effects = step.effects.filter((effect) => effect?.shown !== undefined);
    effects.sort((x, y) => (x!.s ?? Infinity) - (y!.s ?? Infinity));
    for (const effect of effects) await this.#effect(effect!, id);
    if (join?.s !== undefined) await this.#end(step, id, join);
  }

  async #effect(record: RecordedEffect, stepId: string): Promise<void> {
    const { deps, newId } = this.#input;
    const { usage: _, ...shown } = record.shown!;
    const effect: Effect = {
      ...shown,
      id: deps.ctx.ids.next("effect"),
      runId: newId,
      stepId,
      costMicros: 0,
    };
    const part = {
      n: record.n,
      a: record.a,
      s: record.s,
      v: record.v,
      w: record.once ? 1 : undefined,
      x: record.streamed,
    };
    if (record.status === "intended") {
      const args = record.args ? await this.#packed(record.args) : undefined;
      this.#add({ type: "effect.intended", effect }, { ...part, g: args });
    } else if (record.status === "failed") {
      this.#add({ type: "effect.failed", effect }, { ...part, e: record.error });
    } else if (record.status === "done") {
      const result = record.result ? await this.#packed(record.result) : undefined;
      const request = record.request && "b" in record.request
        ? await this.#packed(record.request)
        : record.request;
      this.#add({ type: "effect.done", effect }, { ...part, r: result, q: request });
    }
  }

  async #end(step: RecordedStep, stepId: string, join: RecordedEffect): Promise<void> {
    const part = { s: join.s, v: join.v };
    if (step.status === "completed") {
      const output = await this.#packed(step.output ?? { i: null });
      const hidden = "i" in output ? part : { ...part, r: output };
      this.#add({ type: "step.completed", stepId, output: shownValue(output) }, hidden);
    } else if (step.error) {
      const { code, detail } = step.error;
      this.#add({ type: "step.failed", stepId, error: { code, message: detail, stepId } }, {
        ...part,
        e: { ...step.error, stepId },
      });
    }
  }

  // deno-lint-ignore no-explicit-any -- the union of event bodies loses its link when spread
  #add(body: any, hidden?: unknown, actor = "system"): void {
    this.#lines.push({ event: { at: this.#at, actor, ...body }, hidden });
  }

  /** Large values get a reference of the new run's own, so that they outlive the source. */
  async #packed(packed: Packed): Promise<Packed> {
    if ("i" in packed) return packed;
    return await pack(this.#input.scope, await unpack(this.#input.scope, packed));
  }

  async #blob(ref: BlobRef): Promise<BlobRef> {
    const packed = await this.#packed({ b: ref });
    return "b" in packed ? packed.b : ref;
  }
}
