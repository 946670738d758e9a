/** A form for a value a JSON schema describes; what has no field of its own is asked for as text. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Json, JsonObject } from "../../../lib/kernel/core/json.ts";
import { Button } from "../../../lib/ui/button.tsx";
import {
  Checkbox,
  type ControlProps,
  Field,
  Input,
  Select,
  Textarea,
} from "../../../lib/ui/field.tsx";

export interface JsonFormProps {
  readonly schema: Json;
  readonly submit: string;
  readonly busy: boolean;
  readonly onSubmit: (value: Json) => void;
  readonly extra?: ComponentChildren;
}

type Draft = Readonly<Record<string, string | boolean>>;

interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "json";
  readonly choices: readonly Json[];
  readonly required: boolean;
  readonly initial: Json | undefined;
}

const SINGLE = "value";

export function JsonForm({ schema, submit, busy, onSubmit, extra }: JsonFormProps): JSX.Element {
  const single = !isObject(schema) || schema.type !== "object" ||
    !isObject(schema.properties ?? null);
  const specs = single ? [fieldSpec(SINGLE, schema, true)] : objectSpecs(schema as JsonObject);
  const [draft, setDraft] = useState<Draft>(() => initialDraft(specs));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});

  function send(event: Event): void {
    event.preventDefault();
    const read = readDraft(specs, draft);
    setErrors(read.errors);
    if (Object.keys(read.errors).length > 0) return;
    onSubmit(single ? read.value[SINGLE] ?? null : read.value);
  }

  return (
    <form class="json-form" onSubmit={send} noValidate>
      {specs.map((spec) => (
        <FieldInput
          key={spec.name}
          spec={spec}
          value={draft[spec.name]!}
          error={errors[spec.name]}
          onInput={(value) => setDraft({ ...draft, [spec.name]: value })}
        />
      ))}
      <div class="ask-row">
        <Button type="submit" variant="primary" busy={busy}>{submit}</Button>
        {extra}
      </div>
    </form>
  );
}

interface FieldInputProps {
  readonly spec: FieldSpec;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly onInput: (value: string | boolean) => void;
}

function FieldInput({ spec, value, error, onInput }: FieldInputProps): JSX.Element {
  if (spec.kind === "boolean") {
    return (
      <Checkbox
        label={spec.label}
        checked={value === true}
        onChange={(event) => onInput(event.currentTarget.checked)}
      />
    );
  }
  return (
    <Field label={spec.label} hint={spec.hint} error={error} required={spec.required}>
      {(control) => renderControl(spec, String(value), control, onInput)}
    </Field>
  );
}

function renderControl(
  spec: FieldSpec,
  value: string,
  control: ControlProps,
  onInput: (value: string) => void,
): JSX.Element {
  if (spec.kind === "choice") {
    const options = spec.choices.map((choice, index) => ({
      value: String(index),
      label: String(choice),
    }));
    return (
      <Select
        {...control}
        value={value}
        options={value === "" ? [{ value: "", label: "Choose" }, ...options] : options}
        onChange={(event) => onInput(event.currentTarget.value)}
      />
    );
  }
  if (spec.kind === "number" || spec.kind === "integer") {
    return (
      <Input
        {...control}
        inputMode="decimal"
        value={value}
        onInput={(e) => onInput(e.currentTarget.value)}
      />
    );
  }
  return (
    <Textarea
      {...control}
      rows={spec.kind === "json" ? 5 : 2}
      class={spec.kind === "json" ? "mono" : undefined}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function objectSpecs(schema: JsonObject): FieldSpec[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties as JsonObject).map(([name, inner]) =>
    fieldSpec(name, inner, required.includes(name))
  );
}

function fieldSpec(name: string, schema: Json, required: boolean): FieldSpec {
  const shape = isObject(schema) ? schema : {};
  const choices = Array.isArray(shape.enum) ? shape.enum : [];
  const label = typeof shape.title === "string"
    ? shape.title
    : name === SINGLE
    ? "Your answer"
    : name;
  return {
    name,
    label,
    hint: typeof shape.description === "string" ? shape.description : undefined,
    kind: kindOf(shape, choices),
    choices,
    required,
    initial: shape.default,
  };
}

function kindOf(shape: JsonObject, choices: readonly Json[]): FieldSpec["kind"] {
  if (choices.length > 0) return "choice";
  if (shape.type === "boolean") return "boolean";
  if (shape.type === "number" || shape.type === "integer") return shape.type;
  return shape.type === undefined || shape.type === "string" ? "text" : "json";
}

function initialDraft(specs: readonly FieldSpec[]): Draft {
  return Object.fromEntries(specs.map((spec) => {
    if (spec.kind === "boolean") return [spec.name, spec.initial === true];
    if (spec.initial === undefined) return [spec.name, ""];
    if (spec.kind === "choice") return [spec.name, String(spec.choices.indexOf(spec.initial))];
    return [
      spec.name,
      spec.kind === "json" ? JSON.stringify(spec.initial, null, 2) : String(spec.initial),
    ];
  }));
}

function readDraft(specs: readonly FieldSpec[], draft: Draft) {
  const value: JsonObject = {};
  const errors: Record<string, string> = {};
  for (const spec of specs) {
    const raw = draft[spec.name]!;
    if (typeof raw === "boolean") value[spec.name] = raw;
    else if (raw.trim() === "") {
      if (spec.required) errors[spec.name] = "Needs an answer";
    } else {
      const read = readField(spec, raw);
      if ("error" in read) errors[spec.name] = read.error;
      else value[spec.name] = read.value;
    }
  }
  return { value, errors };
}

function readField(spec: FieldSpec, raw: string): { value: Json } | { error: string } {
  if (spec.kind === "choice") return { value: spec.choices[Number(raw)] ?? null };
  if (spec.kind === "text") return { value: raw };
  if (spec.kind === "json") {
    try {
      return { value: JSON.parse(raw) as Json };
    } catch {
      return { error: "This is not JSON" };
    }
  }
  const number = Number(raw);
  if (!Number.isFinite(number)) return { error: `"${raw}" is not a number` };
  if (spec.kind === "integer" && !Number.isInteger(number)) {
    return { error: "Needs a whole number" };
  }
  return { value: number };
}
