/** Form fields. `Field` ties label, hint and error to its control; the controls are the native ones. */
import type {
  ComponentChildren,
  InputHTMLAttributes,
  JSX,
  PartialInputHTMLAttributes,
  PartialSelectHTMLAttributes,
  Ref,
  SelectHTMLAttributes,
} from "preact";
import { classNames } from "./class_names.ts";
import { Icon } from "./icons.tsx";
import { useUid } from "./uid.ts";

/** Spread onto the control. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: "true";
  readonly "aria-required"?: "true";
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong and what to do. */
  readonly error?: ComponentChildren;
  readonly required?: boolean;
  readonly hideLabel?: boolean;
  readonly children: (control: ControlProps) => ComponentChildren;
}

export function Field(
  { label, hint, error, required, hideLabel, children }: FieldProps,
): JSX.Element {
  const id = useUid();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const control: ControlProps = {
    id,
    "aria-describedby": described || undefined,
    "aria-invalid": error ? "true" : undefined,
    "aria-required": required ? "true" : undefined,
  };
  return (
    <div class="field">
      <label class={hideLabel ? "visually-hidden" : "field-label"} for={id}>
        {label}
        {required && <span class="field-required" aria-hidden="true">required</span>}
      </label>
      {children(control)}
      {hint && <div class="field-hint" id={`${id}-hint`}>{hint}</div>}
      {error && (
        <div class="field-error" id={`${id}-error`}>
          <Icon name="error" size={12} />
          <span>{error}</span>
        </div>
      )}
    </div>
  );
}

type NativeInput = Omit<
  PartialInputHTMLAttributes<HTMLInputElement>,
  "ref" | "class" | "role" | "type"
>;

export interface InputProps extends NativeInput {
  readonly type?: "text" | "search" | "email" | "url" | "number" | "password" | "date" | "time";
  readonly class?: string;
  /** The id of a `datalist`. */
  readonly list?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function Input({ class: className, inputRef, ...rest }: InputProps): JSX.Element {
  const native = { type: "text", ...rest } as InputHTMLAttributes<HTMLInputElement>;
  return <input {...native} ref={inputRef} class={classNames("input", className)} />;
}

type TextareaProps = Omit<JSX.IntrinsicElements["textarea"], "ref" | "class"> & {
  readonly class?: string;
  /** Grows with its text up to a third of the window. */
  readonly grow?: boolean;
  readonly inputRef?: Ref<HTMLTextAreaElement>;
};

export function Textarea(
  { class: className, grow, inputRef, ...rest }: TextareaProps,
): JSX.Element {
  return (
    <textarea
      rows={3}
      {...rest}
      ref={inputRef}
      class={classNames("input textarea", grow && "textarea-grow", className)}
    />
  );
}

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

type NativeSelect = Omit<
  PartialSelectHTMLAttributes<HTMLSelectElement>,
  "class" | "ref" | "role" | "size"
>;

export interface SelectProps extends NativeSelect {
  readonly class?: string;
  readonly options: readonly SelectOption[];
}

export function Select({ class: className, options, value, ...rest }: SelectProps): JSX.Element {
  return (
    <span class={classNames("select", className)}>
      <select
        {...rest as SelectHTMLAttributes<HTMLSelectElement>}
        value={value}
        class="input select-input"
      >
        {options.map((option) => (
          <option
            key={option.value}
            value={option.value}
            disabled={option.disabled}
            selected={option.value === value}
          >
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevronDown" size={12} />
    </span>
  );
}

export interface CheckboxProps extends NativeInput {
  readonly label: ComponentChildren;
}

export function Checkbox({ label, ...rest }: CheckboxProps): JSX.Element {
  const native = { ...rest, type: "checkbox" } as InputHTMLAttributes<HTMLInputElement>;
  return (
    <label class="checkbox">
      <input {...native} class="checkbox-input" />
      <span>{label}</span>
    </label>
  );
}
