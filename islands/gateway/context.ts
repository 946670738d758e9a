/** The gateway page's signals and deeds. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { BudgetInput } from "../../lib/gateway/budgets/schema.ts";
import type {
  ModelPatch,
  ModelView,
  NewModel,
  NewProvider,
  ProviderPatch,
  ProviderView,
  TestAnswer,
} from "../../lib/gateway/directory/schema.ts";
import type { StoredDecision } from "../../lib/gateway/routing/schema.ts";
import { attempt } from "../board/attempt.ts";
import { get, getPage, patch, path, post, put, remove } from "../_runtime/http.ts";
import { serverClock } from "../_runtime/server_clock.ts";
import type { StreamState } from "../_runtime/sse.ts";
import type { GatewaySnapshot, Period } from "./state.ts";

export interface GatewayPageProps {
  readonly snapshot: GatewaySnapshot;
  /** Providers, models and budgets may be changed. */
  readonly mayChange: boolean;
  /** Calls may be made. */
  readonly mayCall: boolean;
}

/** What the sheet at the side is about. */
export type Opened =
  | { readonly kind: "provider"; readonly id: string | null }
  | { readonly kind: "model"; readonly id: string | null }
  | { readonly kind: "call"; readonly id: string };

export interface GatewayState {
  readonly data: Signal<GatewaySnapshot>;
  readonly stream: Signal<StreamState>;
  readonly nowMs: Signal<number>;
  readonly opened: Signal<Opened | null>;
  readonly mayChange: boolean;
  readonly mayCall: boolean;
}

export function createGatewayState(props: GatewayPageProps): GatewayState {
  return {
    data: signal(props.snapshot),
    stream: signal<StreamState>("connecting"),
    nowMs: serverClock(props.snapshot.nowMs),
    opened: signal<Opened | null>(null),
    mayChange: props.mayChange,
    mayCall: props.mayCall,
  };
}

export function snapshotOf(period: Period): Promise<GatewaySnapshot> {
  return getPage<GatewaySnapshot>(`/ops/gateway/snapshot?period=${period}`);
}

/** All reject with the ApiError; what changed is read anew with everything that hangs on it. */
export function createGatewayActions(state: GatewayState) {
  const reload = async () => state.data.value = await snapshotOf(state.data.peek().period);
  const then = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await reload();
    return result;
  };
  return {
    reload,
    createProvider: (input: NewProvider) =>
      then(post<{ provider: ProviderView }>(path("providers"), input)),
    patchProvider: (id: string, version: number | undefined, changes: ProviderPatch) =>
      then(patch<{ provider: ProviderView }>(path("providers", id), changes, version)),
    removeProvider: (id: string) => then(remove(path("providers", id))),
    testProvider: (id: string) => post<TestAnswer>(path("providers", id, "test"), {}),
    createModel: (input: NewModel) => then(post<{ model: ModelView }>(path("models"), input)),
    patchModel: (id: string, version: number | undefined, changes: ModelPatch) =>
      then(patch<{ model: ModelView }>(path("models", id), changes, version)),
    removeModel: (id: string) => then(remove(path("models", id))),
    decision: (callId: string) =>
      get<{ decision: StoredDecision }>(path("gateway", "decisions", callId)),
    /** `of`: scope, subject, period. */
    setBudget: (of: readonly string[], input: BudgetInput) =>
      then(put(path("budgets", ...of), input)),
    /** False when it still stands. */
    removeBudget: (of: readonly string[]) =>
      attempt("The budget still stands", () => then(remove(path("budgets", ...of)))),
    clearCache: () => then(remove(path("gateway", "cache"))),
    setPeriod: async (period: Period) => {
      const snapshot = await snapshotOf(period);
      history.replaceState(null, "", period === "24h" ? "/ops/gateway" : `?period=${period}`);
      state.data.value = snapshot;
    },
  };
}

export interface GatewayView {
  readonly state: GatewayState;
  readonly actions: ReturnType<typeof createGatewayActions>;
}

export const GatewayContext = createContext<GatewayView | null>(null);

export function useGateway(): GatewayView {
  const view = useContext(GatewayContext);
  if (!view) throw new Error("A part of the gateway page stands outside GatewayContext");
  return view;
}
