/** A list of short texts – tags, files, tasks – as chips with a field to add one. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Chip } from "../../../lib/ui/badge.tsx";
import { type ControlProps, Input } from "../../../lib/ui/field.tsx";

export interface TokensProps {
  readonly control: ControlProps;
  readonly values: readonly string[];
  readonly onChange: (values: string[]) => void;
  readonly placeholder?: string;
  /** What may be meant, with how it is shown. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Only choices are taken. */
  readonly strict?: boolean;
  readonly disabled?: boolean;
}

export function Tokens(props: TokensProps): JSX.Element {
  const { control, values, onChange, choices = [], strict, disabled } = props;
  const [text, setText] = useState("");
  const label = (value: string) => choices.find((choice) => choice.value === value)?.label ?? value;

  function add(typed: string): void {
    const names = strict ? [typed] : typed.split(/[,\n]/);
    const found = names.map((name) => name.trim()).filter(Boolean).map((name) =>
      choices.find((choice) => choice.label === name)?.value ?? (strict ? undefined : name)
    );
    const fresh = found.filter((value) => value !== undefined && !values.includes(value));
    if (found.includes(undefined)) return;
    setText("");
    if (fresh.length > 0) onChange([...values, ...new Set(fresh as string[])]);
  }
  return (
    <div class="tokens">
      {values.map((value) => (
        <Chip
          key={value}
          title={value}
          onRemove={disabled ? undefined : () => onChange(values.filter((kept) => kept !== value))}
          removeLabel={`Remove ${label(value)}`}
        >
          {label(value)}
        </Chip>
      ))}
      <Input
        {...control}
        class="tokens-input"
        value={text}
        placeholder={values.length === 0 ? props.placeholder : undefined}
        list={choices.length > 0 ? `${control.id}-choices` : undefined}
        disabled={disabled}
        autocomplete="off"
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          // A choice taken from the list comes as input, not as a key.
          if (choices.some((choice) => choice.label === typed)) add(typed);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === ",") {
            if (!text.trim()) return;
            event.preventDefault();
            event.stopPropagation();
            add(text);
          } else if (event.key === "Backspace" && !text && values.length > 0) {
            onChange(values.slice(0, -1));
          }
        }}
        onBlur={() => add(text)}
      />
      {choices.length > 0 && (
        <datalist id={`${control.id}-choices`}>
          {choices.filter((choice) => !values.includes(choice.value)).slice(0, 200).map((
            choice,
          ) => <option key={choice.value} value={choice.label} />)}
        </datalist>
      )}
    </div>
  );
}
