/** A prompt to try: where it would go shows while one types; sending it streams the answer. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../lib/ui/button.tsx";
import { Field, Select, Textarea } from "../../../lib/ui/field.tsx";
import { formatDuration } from "../../../lib/ui/format.ts";
import { Notice } from "../../../lib/ui/states.tsx";
import { post } from "../../_runtime/http.ts";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useGateway } from "../context.ts";
import { ask, bodyOf, type Told } from "./ask.ts";
import { Decision, type ShownDecision } from "./Decision.tsx";

const PREVIEW_PAUSE_MS = 250;

const VIRTUAL = [
  { value: "muster/auto", label: "auto – by what is asked" },
  { value: "muster/fast", label: "fast" },
  { value: "muster/cheap", label: "cheap" },
  { value: "muster/best", label: "best" },
];

export function Playground(): JSX.Element {
  const { state } = useGateway();
  const [prompt, setPrompt] = useState("");
  const [model, setModel] = useState("muster/auto");
  const { decision, problem } = usePreview(prompt, model);
  const answer = useAnswer();
  const usable = state.data.value.models.filter((one) => !one.problem);
  const send = () => {
    if (prompt.trim() !== "") void answer.send(prompt, model);
  };
  return (
    <section class="panel gateway-play" aria-labelledby="panel-play">
      <header class="panel-head">
        <h2 id="panel-play">Try a prompt</h2>
      </header>
      <form
        class="play-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label="Prompt" hideLabel>
          {(control) => (
            <Textarea
              {...control}
              grow
              rows={3}
              dir="auto"
              placeholder="Where would this go, and why?"
              value={prompt}
              onInput={(event) => setPrompt(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                send();
              }}
            />
          )}
        </Field>
        <div class="play-row">
          <Select
            aria-label="Model"
            value={model}
            options={[
              ...VIRTUAL,
              ...usable.map(({ id }) => ({ value: id, label: id })),
            ]}
            onChange={(event) => setModel(event.currentTarget.value)}
          />
          {answer.running
            ? <Button icon="stop" onClick={answer.stop}>Stop</Button>
            : state.mayCall && (
              <Button variant="primary" type="submit" icon="send" disabled={prompt.trim() === ""}>
                Send
              </Button>
            )}
        </div>
      </form>
      {problem && <Notice tone="warn">{problem.detail}</Notice>}
      {decision && <Decision decision={decision} />}
      {answer.problem && <Notice tone="bad">{answer.problem.detail}</Notice>}
      {answer.text && (
        <output class="play-answer" dir="auto" aria-busy={answer.running}>{answer.text}</output>
      )}
      {answer.told && <TellTale told={answer.told} />}
    </section>
  );
}

function TellTale({ told }: { readonly told: Told }): JSX.Element {
  const parts = [
    told.model,
    told.cache && told.cache !== "miss" && told.cache !== "bypass" ? "from the cache" : "",
    told.firstTokenMs === null ? "" : `first token ${formatDuration(told.firstTokenMs)}`,
    `whole ${formatDuration(told.tookMs)}`,
    told.tokens === null ? "" : `${told.tokens} tokens`,
  ];
  return <p class="quiet-text play-told">{parts.filter(Boolean).join(" · ")}</p>;
}

/** The decision for what is typed now; an answer that comes late for other words is dropped. */
function usePreview(prompt: string, model: string) {
  const [decision, setDecision] = useState<ShownDecision | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (prompt.trim() === "") {
      setDecision(null);
      setProblem(null);
      return;
    }
    let wanted = true;
    const timer = setTimeout(async () => {
      try {
        const { decision } = await post<{ decision: ShownDecision }>(
          "/gateway/route",
          bodyOf(prompt, model),
        );
        if (!wanted) return;
        setDecision(decision);
        setProblem(null);
      } catch (error) {
        if (!wanted) return;
        setDecision(null);
        setProblem(toProblem(error));
      }
    }, PREVIEW_PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [prompt, model]);
  return { decision, problem };
}

function useAnswer() {
  const [text, setText] = useState("");
  const [told, setTold] = useState<Told | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [running, setRunning] = useState(false);
  const stopper = useRef<AbortController | null>(null);
  useEffect(() => () => stopper.current?.abort(), []);

  async function send(prompt: string, model: string): Promise<void> {
    stopper.current?.abort();
    const stop = stopper.current = new AbortController();
    setText("");
    setTold(null);
    setProblem(null);
    setRunning(true);
    const mine = () => stopper.current === stop;
    try {
      const end = await ask({
        prompt,
        model,
        signal: stop.signal,
        onText: (piece) => mine() && setText((old) => old + piece),
      });
      if (mine()) setTold(end);
    } catch (error) {
      // Stopping is no failure: what came so far stays.
      if (mine() && !stop.signal.aborted) setProblem(toProblem(error));
    } finally {
      if (mine()) setRunning(false);
    }
  }
  return { text, told, problem, running, send, stop: () => stopper.current?.abort() };
}
