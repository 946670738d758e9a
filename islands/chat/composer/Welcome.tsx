/** A conversation that has not begun: three requests to run as they are. */
import type { JSX } from "preact";
import { Icon } from "../../../lib/ui/icons.tsx";
import { useChat } from "../context.ts";
import { defaultTerms, type Terms } from "./settings.ts";

interface Example {
  readonly text: string;
  readonly about: string;
  readonly terms: Terms;
}

const examples: readonly Example[] = [
  {
    text:
      "Compare three ways to store an append-only event log in a key-value database and recommend one",
    about: "Planned, done by three agents side by side, checked, put together",
    terms: defaultTerms,
  },
  {
    text: "What is 17.5 % of 2480?",
    about: "Small enough to be answered at once by one agent",
    terms: defaultTerms,
  },
  {
    text:
      "Outline the steps and the risks of moving our weekly backup to another provider, and estimate the downtime",
    about: "In strict mode: nothing begins before you accept the terms",
    terms: { ...defaultTerms, mode: "strict" },
  },
];

export function Welcome(): JSX.Element {
  const { state, actions } = useChat();
  return (
    <div class="welcome">
      <h2>What shall be done?</h2>
      <p>
        Say it and on what terms. Agents agree a covenant with you, do the work in the open, and
        answer with what it cost and why.
      </p>
      <ul class="examples">
        {examples.map((example) => (
          <li key={example.text}>
            <button
              type="button"
              class="example"
              onClick={() => actions.send(example.text, example.terms)}
            >
              <span class="example-text">{example.text}</span>
              <span class="example-about">{example.about}</span>
              <Icon name="play" />
            </button>
          </li>
        ))}
      </ul>
      {state.demonstration && (
        <p class="welcome-key">
          The built-in demonstration model answers. For a real one set{" "}
          <code>OPENAI_API_KEY</code>, or start Ollama, and restart.
        </p>
      )}
    </div>
  );
}
