/** The model gateway: what it costs, who answers and how well, what is on its way, and where a prompt would go. */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../lib/ui/button.tsx";
import { ClockContext } from "../_runtime/server_clock.ts";
import { attempt } from "../board/attempt.ts";
import { StreamChip } from "../board/StreamChip.tsx";
import {
  createGatewayActions,
  createGatewayState,
  GatewayContext,
  type GatewayPageProps,
  useGateway,
} from "./context.ts";
import { goLive } from "./live.ts";
import { Budgets } from "./parts/Budgets.tsx";
import { Cache } from "./parts/Cache.tsx";
import { Calls } from "./parts/Calls.tsx";
import { CallSheet } from "./parts/CallSheet.tsx";
import { CostChart } from "./parts/CostChart.tsx";
import { Models } from "./parts/Models.tsx";
import { ModelSheet } from "./parts/ModelSheet.tsx";
import { Providers } from "./parts/Providers.tsx";
import { ProviderSheet } from "./parts/ProviderSheet.tsx";
import { Tiles } from "./parts/Tiles.tsx";
import { Playground } from "./play/Playground.tsx";
import { PERIODS } from "./state.ts";

export function GatewayPage(props: GatewayPageProps): JSX.Element {
  const view = useMemo(() => {
    const state = createGatewayState(props);
    return { state, actions: createGatewayActions(state) };
  }, []);
  useEffect(() => goLive(view.state), []);
  return (
    <ClockContext.Provider value={view.state.nowMs}>
      <GatewayContext.Provider value={view}>
        <div class="gateway-page">
          <Bar />
          <main id="main" class="gateway-main" tabIndex={-1}>
            <Tiles />
            <div class="gateway-grid">
              <CostChart />
              <Playground />
              <Providers />
              <Cache />
              <Budgets />
              <Models />
              <Calls />
            </div>
          </main>
          <ProviderSheet />
          <ModelSheet />
          <CallSheet />
        </div>
      </GatewayContext.Provider>
    </ClockContext.Provider>
  );
}

const periodNames = { "24h": "24 h", "7d": "7 days", "30d": "30 days" } as const;

function Bar(): JSX.Element {
  const { state, actions } = useGateway();
  const { period } = state.data.value;
  return (
    <header class="page-bar">
      <h1 class="page-title">Gateway</h1>
      <StreamChip stream={state.stream} />
      <div class="page-actions">
        <div class="gateway-periods" role="group" aria-label="Period">
          {PERIODS.map((one) => (
            <a
              key={one}
              class="gateway-period"
              href={`/ops/gateway?period=${one}`}
              aria-current={one === period ? "true" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                void attempt("The figures could not be read", () => actions.setPeriod(one));
              }}
            >
              {periodNames[one]}
            </a>
          ))}
        </div>
        {state.mayChange && (
          <Button
            variant="primary"
            icon="plus"
            collapse
            onClick={() => state.opened.value = { kind: "provider", id: null }}
          >
            Add provider
          </Button>
        )}
      </div>
    </header>
  );
}
