/** Step and run states: every one has its own shape, so that colour is never the only sign. */
import type { JSX } from "preact";

const ring = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z";

const shapes = {
  pending: { tone: "idle", label: "Pending", path: ring, dashed: true },
  queued: { tone: "idle", label: "Queued", path: `${ring}M5.5 8h.01M8 8h.01M10.5 8h.01` },
  running: { tone: "run", label: "Running", path: "M8 2a6 6 0 0 1 6 6", spin: true },
  waiting: { tone: "warn", label: "Waiting", path: `${ring}M8 5v3.2l2 1.3` },
  paused: { tone: "pause", label: "Paused", path: `${ring}M6.5 6v4M9.5 6v4` },
  completed: {
    tone: "ok",
    label: "Completed",
    path: `${ring}m-2.5 6.2 1.8 1.8 3.4-3.8`,
  },
  failed: { tone: "bad", label: "Failed", path: `${ring}m-2 4 4 4m0-4-4 4` },
  canceled: { tone: "idle", label: "Canceled", path: `${ring}M4 12 12 4` },
  superseded: { tone: "idle", label: "Superseded", path: `${ring}M5.5 8h5M7.5 6l-2 2 2 2` },
} as const satisfies Record<string, Shape>;

interface Shape {
  readonly tone: "idle" | "run" | "warn" | "pause" | "ok" | "bad";
  readonly label: string;
  readonly path: string;
  readonly dashed?: boolean;
  readonly spin?: boolean;
}

/** Covers both run and step statuses. */
export type StatusName = keyof typeof shapes;
export const statusNames = Object.keys(shapes) as StatusName[];

export function statusLabel(status: StatusName): string {
  return shapes[status].label;
}

export interface StatusDotProps {
  readonly status: StatusName;
  /** False when the words stand beside it. */
  readonly labelled?: boolean;
  readonly size?: number;
}

export function StatusDot({ status, labelled = true, size = 14 }: StatusDotProps): JSX.Element {
  const shape: Shape = shapes[status];
  return (
    <svg
      class="status"
      data-tone={shape.tone}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role={labelled ? "img" : undefined}
      aria-label={labelled ? shape.label : undefined}
      aria-hidden={labelled ? undefined : "true"}
    >
      {shape.spin && <path class="status-track" d={ring} />}
      <path
        class={shape.spin ? "status-spin" : undefined}
        d={shape.path}
        stroke-dasharray={shape.dashed ? "2 2.7" : undefined}
      />
    </svg>
  );
}
