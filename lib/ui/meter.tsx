/** A measured quantity against its limit. Drawn as SVG: a strict CSP allows no style attributes. */
import type { ComponentChildren, JSX } from "preact";

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** What is shown, with units, such as "$0.0121 / 0.05"; it is also what is read out. */
  readonly text: ComponentChildren;
  /** Spoken form where `text` is not a string. */
  readonly valueText?: string;
  /**
   * `limit` (default) turns amber from 80 % and red from 100 %; a `target` may be passed and turns
   * amber there; a `goal` is reached and turns green.
   */
  readonly kind?: "limit" | "target" | "goal" | "plain";
}

function toneOf(kind: MeterProps["kind"], share: number): "accent" | "ok" | "warn" | "bad" {
  if (kind === "plain") return "accent";
  if (kind === "target") return share > 1 ? "warn" : "accent";
  if (kind === "goal") return share >= 1 ? "ok" : "accent";
  return share >= 1 ? "bad" : share >= 0.8 ? "warn" : "accent";
}

export function Meter(props: MeterProps): JSX.Element {
  const { label, value, max, text, valueText, kind = "limit" } = props;
  const share = max > 0 ? Math.max(0, value / max) : 0;
  return (
    <div class="meter" data-tone={toneOf(kind, share)}>
      <span class="meter-label" aria-hidden="true">{label}</span>
      <span class="meter-text" aria-hidden="true">{text}</span>
      <Track
        share={share}
        role="meter"
        label={label}
        value={Math.min(value, max)}
        max={max}
        text={valueText ?? (typeof text === "string" ? text : undefined)}
      />
    </div>
  );
}

export interface ProgressProps {
  readonly label: string;
  /** 0 to 100; without it the end is not known. */
  readonly percent?: number;
  readonly class?: string;
}

export function Progress({ label, percent, class: className }: ProgressProps): JSX.Element {
  return (
    <div
      class={className ? `progress ${className}` : "progress"}
      data-unknown={percent === undefined ? "" : undefined}
    >
      <Track
        role="progressbar"
        label={label}
        share={percent === undefined ? 0.3 : percent / 100}
        value={percent === undefined ? undefined : Math.round(percent)}
        max={100}
      />
    </div>
  );
}

interface TrackProps {
  readonly role: "meter" | "progressbar";
  readonly label: string;
  readonly share: number;
  readonly value: number | undefined;
  readonly max: number;
  readonly text?: string;
}

function Track({ role, label, share, value, max, text }: TrackProps): JSX.Element {
  return (
    <div
      class="track"
      role={role}
      aria-label={label}
      aria-valuemin={0}
      aria-valuenow={value}
      aria-valuemax={max}
      aria-valuetext={text}
    >
      <svg width="100%" height="4" aria-hidden="true">
        <rect
          class="track-fill"
          width={`${(Math.min(share, 1) * 100).toFixed(2)}%`}
          height="4"
          rx="2"
        />
      </svg>
    </div>
  );
}
